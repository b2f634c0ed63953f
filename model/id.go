// Package model holds the nouns of a newsroom: structs that are both a row of
// the database and an object of the API, and the small values they are made of.
// It knows neither, and imports the standard library only.
package model

import (
	"encoding/base64"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// ID is the id of a node outside the database: which noun, and which row of it.
// The zero ID names nothing.
type ID struct {
	Type NodeType
	Key  int64
}

// NodeType is a noun that has ids. Its values are the type names of the schema.
// The enum NodeType of the schema has those only of which the change log speaks.
type NodeType string

// The nouns that have ids.
const (
	NodeArticle  NodeType = "Article"
	NodeOfficial NodeType = "Official"
	NodeCountry  NodeType = "Country"
	NodeTopic    NodeType = "Topic"
	NodeOffice   NodeType = "Office"
	NodeTenure   NodeType = "Tenure"
	// NodeAccessToken is for admins, and never in the change log.
	NodeAccessToken NodeType = "AccessToken"
)

// Known says whether t is one of the nouns.
func (t NodeType) Known() bool {
	switch t {
	case NodeArticle, NodeOfficial, NodeCountry, NodeTopic, NodeOffice, NodeTenure, NodeAccessToken:
		return true
	}
	return false
}

// String is the opaque form that clients see: URL-safe base64 of "Article:42".
func (id ID) String() string {
	return base64.RawURLEncoding.EncodeToString([]byte(string(id.Type) + ":" + strconv.FormatInt(id.Key, 10)))
}

// maxID is how long an id may be, in bytes.
const maxID = 64

// ParseID reads what String wrote, and refuses every other text, so that one
// node has one id.
func ParseID(s string) (ID, error) {
	raw, err := base64.RawURLEncoding.DecodeString(s[:min(len(s), maxID)]) // which is another where it is cut
	kind, digits, found := strings.Cut(string(raw), ":")
	key, keyErr := strconv.ParseInt(digits, 10, 64)
	id := ID{Type: NodeType(kind), Key: key}
	if err != nil || !found || keyErr != nil || key < 1 || !id.Type.Known() || id.String() != s {
		return ID{}, Invalid("%.40q is not an id of this API; send the `id` that it answers for the object, unchanged: slugs and codes are none", s)
	}
	return id, nil
}

// MarshalGQL writes the opaque form as a JSON string.
func (id ID) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(id.String())) }

// UnmarshalGQL reads the opaque form.
func (id *ID) UnmarshalGQL(v any) error {
	s, ok := v.(string)
	if !ok {
		return Invalid("an id is a string; send one that this API answered, unchanged")
	}
	return id.UnmarshalText([]byte(s))
}

// MarshalText is the opaque form, for JSON.
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

// Want answers the key of an id that must be of type t, else an error that says
// what it is an id of.
func (id ID) Want(t NodeType) (int64, error) {
	if id.Type != t {
		return 0, &Error{Code: ErrorCodeNotFound, Message: fmt.Sprintf("the id is of type %s; send the id of type %s", id.Type, t)}
	}
	return id.Key, nil
}

// Node is an object with an id of its own.
type Node interface {
	// Slot answers what was loaded for a relation, by Relation.Key.
	Slot(key string) (value any, loaded bool)
	// Bare is a copy of it on which nothing hangs.
	Bare() Node
	IsNode()
	ID() ID
}
