package newsroom

import (
	"encoding/json"
	"os"
)

// Country is a country of the list that Diwan brings.
type Country struct {
	Code  string `json:"code"`
	Names Names  `json:"names"`
}

// Names are a name in the three languages of the newsroom.
type Names struct {
	Arabic  string `json:"ar"`
	English string `json:"en"`
	French  string `json:"fr"`
}

// ReadCountries reads Diwan's list of countries from its file.
func ReadCountries(path string) ([]Country, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var countries []Country
	return countries, json.Unmarshal(text, &countries)
}
