// Package scalar reads and writes those scalars of the schema that need more than
// package model may import.
package scalar

import (
	"fmt"
	"strconv"

	"github.com/99designs/gqlgen/graphql"

	"github.com/diwan-cms/diwan/internal/text"
	"github.com/diwan-cms/diwan/model"
)

// MarshalLanguage writes the tag as a JSON string.
func MarshalLanguage(l model.Language) graphql.Marshaler {
	return graphql.MarshalString(string(l))
}

// UnmarshalLanguage reads any BCP 47 tag and returns it in canonical form.
func UnmarshalLanguage(v any) (model.Language, error) {
	s, ok := v.(string)
	if !ok {
		return "", model.Invalid("a language is a string; send a BCP 47 tag such as %s", strconv.Quote("ar"))
	}
	tag, err := text.CanonicalLanguage(s)
	if err != nil {
		return "", model.Invalid("%s", fmt.Sprint(err))
	}
	return model.Language(tag), nil
}

// MarshalLanguageTag writes the tag as a JSON string.
func MarshalLanguageTag(tag string) graphql.Marshaler { return graphql.MarshalString(tag) }

// UnmarshalLanguageTag is UnmarshalLanguage for fields that hold text.
func UnmarshalLanguageTag(v any) (string, error) {
	tag, err := UnmarshalLanguage(v)
	return string(tag), err
}
