// Package model holds the nouns of a newsroom: structs that are both a row of
// the database and an object of the API, and the small values they are made of.
// It depends on neither, and imports only the standard library and internal/bcp47.
package model

import (
	"encoding/base64"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// ID identifies a node: its noun, and its row in the database. The zero ID identifies
// nothing.
type ID struct {
	Type NodeType
	Key  int64
}

// NodeType is a noun that has ids. Its values are the names of the schema's types;
// the constant of each stands beside its noun. In the schema's enum NodeType, which
// has only those that the change log covers, they are in capitals.
type NodeType string

// NodeTypes returns the nouns that have ids.
func NodeTypes() []NodeType {
	return []NodeType{NodeArticle, NodeOfficial, NodeCountry, NodeTopic, NodeOffice, NodeTenure, NodeAccessToken}
}

// Known reports whether t is one of the nouns.
func (t NodeType) Known() bool { return slices.Contains(NodeTypes(), t) }

// enum returns the name of t in enums of the schema: ACCESS_TOKEN for AccessToken.
func (t NodeType) enum() string {
	var name strings.Builder
	for i, r := range string(t) {
		if i > 0 && 'A' <= r && r <= 'Z' {
			name.WriteByte('_')
		}
		name.WriteRune(r)
	}
	return strings.ToUpper(name.String())
}

// nodeTypeOf returns the noun with this name in enums of the schema.
func nodeTypeOf(enum string) (NodeType, bool) {
	for _, t := range NodeTypes() {
		if t.enum() == enum {
			return t, true
		}
	}
	return "", false
}

// AppendText appends the value of the schema's enum.
func (t NodeType) AppendText(b []byte) ([]byte, error) { return append(b, t.enum()...), nil }

// MarshalGQL writes the value of the schema's enum.
func (t NodeType) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(t.enum())) }

// UnmarshalGQL reads a value of the schema's enum.
func (t *NodeType) UnmarshalGQL(v any) error {
	name, _ := v.(string)
	known, ok := nodeTypeOf(name)
	if !ok {
		return Invalid("%.40q is not a NodeType", name)
	}
	*t = known
	return nil
}

// String returns the opaque form that clients see: URL-safe base64 of "Article:42".
func (id ID) String() string {
	text, _ := id.AppendText(nil) // cannot fail
	return string(text)
}

// maxID is the length of the longest id that is read, in bytes.
const maxID = 64

// ParseID reads what String returns and refuses every other text, so that a node has
// only one id.
func ParseID(s string) (ID, error) {
	raw, err := base64.RawURLEncoding.DecodeString(s[:min(len(s), maxID)]) // an id that is cut is not what String returns
	kind, digits, found := strings.Cut(string(raw), ":")
	key, keyErr := strconv.ParseInt(digits, 10, 64)
	id := ID{Type: NodeType(kind), Key: key}
	if err != nil || !found || keyErr != nil || key < 1 || !id.Type.Known() || id.String() != s {
		return ID{}, Invalid("%.40q is not an id; send the `id` that this API returned; slugs and codes are not ids", s)
	}
	return id, nil
}

// AppendText appends the opaque form.
func (id ID) AppendText(b []byte) ([]byte, error) {
	plain := strconv.AppendInt(append(append(make([]byte, 0, maxID), id.Type...), ':'), id.Key, 10)
	return base64.RawURLEncoding.AppendEncode(b, plain), nil
}

// MarshalGQL writes the opaque form as a JSON string.
func (id ID) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(id.String())) }

// UnmarshalGQL reads the opaque form.
func (id *ID) UnmarshalGQL(v any) error {
	s, ok := v.(string)
	if !ok {
		return Invalid("an id is a string; send the `id` that this API returned")
	}
	return id.UnmarshalText([]byte(s))
}

// MarshalText returns the opaque form, for JSON.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads the opaque form.
func (id *ID) UnmarshalText(b []byte) error {
	parsed, err := ParseID(string(b))
	if err != nil {
		return err
	}
	*id = parsed
	return nil
}

// Want returns the key of an id of type t. For an id of another type, it returns an
// error that names that type.
func (id ID) Want(t NodeType) (int64, error) {
	if id.Type != t {
		return 0, &Error{Code: ErrorCodeNotFound, Message: fmt.Sprintf("the id is of type %s; send the id of type %s", id.Type, t)}
	}
	return id.Key, nil
}

// Node is an object with an id of its own.
type Node interface {
	// Slot returns what was loaded for a relation, by Relation.Key.
	Slot(key string) (value any, loaded bool)
	// Bare returns a copy with empty slots.
	Bare() Node
	IsNode()
	ID() ID
}
