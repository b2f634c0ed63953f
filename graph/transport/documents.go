package transport

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
)

// Documents are the texts of operations by their ids.
type Documents map[string]string

// apolloFormat is the value of `format` in Apollo's manifests.
const apolloFormat = "apollo-persisted-query-manifest"

// ParseDocuments parses a file of registered operations: an object of texts by id, as
// relay-compiler and graphql-codegen write it, or a manifest of Apollo's
// generate-persisted-query-manifest. Ids may begin with sha256:.
func ParseDocuments(file []byte) (Documents, error) {
	var manifest struct {
		Format     string `json:"format"`
		Version    int    `json:"version"`
		Operations []struct {
			ID   string `json:"id"`
			Body string `json:"body"`
		} `json:"operations"`
	}
	if json.Unmarshal(file, &manifest) != nil || manifest.Format != apolloFormat {
		return parseRelay(file)
	}
	if manifest.Version != 1 {
		return nil, fmt.Errorf("the manifest has version %d; make one of version 1", manifest.Version)
	}
	documents := Documents{}
	for _, operation := range manifest.Operations {
		if err := documents.add(operation.ID, operation.Body); err != nil {
			return nil, err
		}
	}
	return documents, documents.check()
}

func parseRelay(file []byte) (Documents, error) {
	var texts map[string]string
	if err := json.Unmarshal(file, &texts); err != nil {
		return nil, fmt.Errorf("neither a JSON object of query texts by id, as relay-compiler writes it, nor a manifest whose format is %s: %w", apolloFormat, err)
	}
	documents := Documents{}
	for id, text := range texts {
		if err := documents.add(id, text); err != nil {
			return nil, err
		}
	}
	return documents, documents.check()
}

func (d Documents) add(id, text string) error {
	id = strings.TrimPrefix(id, "sha256:")
	if id == "" || text == "" {
		return fmt.Errorf("the operation with the id %q has no id or no text", id)
	}
	if other, taken := d[id]; taken && other != text {
		return fmt.Errorf("two operations have the id %q", id)
	}
	d[id] = text
	return nil
}

func (d Documents) check() error {
	if len(d) == 0 {
		return errors.New("the file registers no operation")
	}
	return nil
}
