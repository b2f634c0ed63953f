package graph

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/diwan-cms/diwan/internal/bcp47"
	"github.com/diwan-cms/diwan/model"
)

// Descriptions of the schema in Arabic, by what they are in English.
//
//go:embed schema/descriptions.ar.json
var descriptionsInArabic []byte

// arabic answers introspection with descriptions in Arabic, where the caller prefers it to
// English.
type arabic struct{ texts map[string]string }

func newArabic() (a arabic, err error) {
	if err := json.Unmarshal(descriptionsInArabic, &a.texts); err != nil {
		return a, fmt.Errorf("read the descriptions in Arabic: %w", err)
	}
	return a, nil
}

// ExtensionName is for gqlgen.
func (arabic) ExtensionName() string { return "Arabic" }

// Validate accepts every schema.
func (arabic) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptResponse translates the descriptions in a response.
func (a arabic) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	response := next(ctx)
	if response == nil || len(response.Data) == 0 || !prefersArabic(ctx) || !graphql.HasOperationContext(ctx) {
		return response
	}
	keys := introspectionKeys(graphql.GetOperationContext(ctx).Operation.SelectionSet)
	if len(keys) == 0 {
		return response
	}
	translated := *response
	var err error
	if translated.Data, err = a.translate(response.Data, keys); err != nil {
		return response // it was not JSON, which is somebody else's fault
	}
	return &translated
}

func prefersArabic(ctx context.Context) bool {
	for _, language := range model.LanguagesOf(ctx) {
		switch bcp47.Base(string(language)) {
		case bcp47.Arabic:
			return true
		case "en":
			return false
		}
	}
	return false
}

// introspectionKeys returns the keys of the response under which the schema stands.
func introspectionKeys(selections ast.SelectionSet) (keys []string) {
	for _, selection := range selections {
		switch selection := selection.(type) {
		case *ast.Field:
			if selection.Name == "__schema" || selection.Name == "__type" {
				keys = append(keys, selection.Alias)
			}
		case *ast.InlineFragment:
			keys = append(keys, introspectionKeys(selection.SelectionSet)...)
		case *ast.FragmentSpread:
			keys = append(keys, introspectionKeys(selection.Definition.SelectionSet)...)
		}
	}
	return keys
}

// translate replaces what is a description under one of the keys.
func (a arabic) translate(data []byte, keys []string) ([]byte, error) {
	var out bytes.Buffer
	from, to := jsontext.NewDecoder(bytes.NewReader(data)), jsontext.NewEncoder(&out)
	for within := false; ; {
		token, err := from.ReadToken()
		if err == io.EOF {
			return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
		}
		if err != nil {
			return nil, err
		}
		if from.StackDepth() == 1 && token.Kind() == '"' {
			within = slices.Contains(keys, token.String())
		}
		if within && token.Kind() == '"' {
			if text, found := a.texts[token.String()]; found {
				token = jsontext.String(text)
			}
		}
		if err := to.WriteToken(token); err != nil {
			return nil, err
		}
	}
}
