package scalar

import (
	"encoding/json"
	"math"

	"github.com/99designs/gqlgen/graphql"

	"github.com/diwan-cms/diwan/model"
)

// MarshalInt writes the number.
func MarshalInt(n int) graphql.Marshaler { return graphql.MarshalInt(n) }

// UnmarshalInt reads a whole number of 32 bits, as the GraphQL specification defines
// Int. It refuses a number in quotes, which is a String; gqlgen's own Int accepts it.
func UnmarshalInt(v any) (int, error) {
	var n int64
	var err error
	switch v := v.(type) {
	case int64:
		n = v
	case int:
		n = int64(v)
	case float64:
		if n = int64(v); float64(n) != v {
			err = notAnInt()
		}
	case json.Number:
		if n, err = v.Int64(); err != nil {
			err = notAnInt()
		}
	default:
		err = notAnInt()
	}
	if err == nil && (n < math.MinInt32 || n > math.MaxInt32) {
		err = model.Invalid("%d is beyond an Int, which has 32 bits", n)
	}
	return int(n), err
}

func notAnInt() error {
	return model.Invalid("an Int is a whole number without quotes, such as 20")
}
