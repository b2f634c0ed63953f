package fulltext

import (
	"slices"
	"strings"
	"testing"
)

// written returns the needs of a query, marked with + when they must be met, with ? when
// they are optional, and with - when they exclude.
func written(q Query) string {
	var needs []string
	for _, n := range q.Needs {
		mark := "+"
		if n.Optional {
			mark = "?"
		}
		needs = append(needs, mark+strings.Join(n.Words, "_"))
	}
	for _, n := range q.Without {
		needs = append(needs, "-"+strings.Join(n.Words, "_"))
	}
	if q.Blank {
		needs = append(needs, "blank")
	}
	return strings.Join(needs, " ")
}

func TestParseQuery(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, query, want string }{
		{"words must be met", "Foreign minister", "+foreign +minister"},
		{"a repeated word is one", "oil Oil", "+oil"},
		{"function words are optional", "Minister of Finance", "+minister ?of +finance"},
		{"function words alone must be met", "of the", "+of +the"},
		{"quotes make a phrase", `"prime minister" Iraq`, "+prime_minister +iraq"},
		{"so do typographic ones", "«رئيس الوزراء» “a b” „c d“", "+رييس_الوزراء +a_b +c_d"},
		{"a quoted word is a word", `"the"`, "+the"},
		{"a quotation mark that is never closed is ignored", `"prime minister`, "+prime +minister"},
		{"a hyphen excludes", "Iraq -oil", "+iraq -oil"},
		{"a hyphen excludes a phrase", `Iraq -"oil price"`, "+iraq -oil_price"},
		{"a hyphen within a word does not", "cease-fire", "+cease +fire"},
		{"a hyphen alone is ignored", "c - b --", "+c +b"},
		{"operators are words", "NEAR(a b) OR NOT x*", "+near ?a +b ?or +not +x"},
		{"elided articles are not words", "l'Irak d’État", "+irak +etat"},
		{"nothing is blank", " \u200F\n", "blank"},
		{"punctuation is not blank, but has no words", "!? *", ""},
		{"invalid bytes are spaces", "oil\xffgas", "+oil +gas"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := written(ParseQuery(tt.query)); got != tt.want {
				t.Errorf("ParseQuery(%q) = %s, want %s", tt.query, got, tt.want)
			}
		})
	}
}

// A need that is met wherever another is says nothing more.
func TestParseQueryLeavesOutWhatIsImplied(t *testing.T) {
	t.Parallel()
	if got := written(ParseQuery("محمد ومحمد")); got != "+محمد" {
		t.Errorf("ParseQuery(محمد ومحمد) = %s, want +محمد alone", got)
	}
}

func TestParseQueryKnowsThePlacesOfANeed(t *testing.T) {
	t.Parallel()
	const query = `l'Irak "prime  minister" irak`
	var got []string
	for _, need := range ParseQuery(query).Needs {
		for _, place := range need.Places {
			got = append(got, query[place.Start:place.End])
		}
	}
	if want := []string{"Irak", "irak", "prime  minister"}; !slices.Equal(got, want) {
		t.Errorf("the needs of %s stand at %q, want %q", query, got, want)
	}
}

func TestPhrases(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, query, want string }{
		{"English has the phrase alone", `"prime minister"`, "prime minister"},
		{"Arabic has it with what is joined to its front", `"رئيس الوزراء"`, "رييس الوزراء,ورييس الوزراء,برييس الوزراء,لرييس الوزراء,فرييس الوزراء,كرييس الوزراء"},
		{"and to its article", `"الحكومة الجديدة"`, "الحكومه الجديده,والحكومه الجديده,بالحكومه الجديده,للحكومه الجديده,فالحكومه الجديده,كالحكومه الجديده,وبالحكومه الجديده,وللحكومه الجديده"},
	} {
		var got []string
		for _, phrase := range ParseQuery(c.query).Needs[0].Phrases() {
			got = append(got, strings.Join(phrase, " "))
		}
		if got := strings.Join(got, ","); got != c.want {
			t.Errorf("%s: the phrases of %s = %s, want %s", c.name, c.query, got, c.want)
		}
	}
}
