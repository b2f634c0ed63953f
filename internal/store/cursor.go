package store

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"strconv"
	"unicode/utf8"

	"github.com/diwan-cms/diwan/model"
)

// sortValue is a value that a row is sorted by: a number or, as a string, bytes or text.
type sortValue struct{ any }

// Scan reads a value of the database. Bytes are copied, because drivers reuse them.
func (v *sortValue) Scan(src any) error {
	switch value := src.(type) {
	case int64:
		v.any = value
	case []byte:
		v.any = string(value)
	case string:
		v.any = value
	default:
		return fmt.Errorf("sort by %T", src)
	}
	return nil
}

// number is the value of a numeric term.
func (v sortValue) number() int64 {
	n, _ := v.any.(int64)
	return n
}

// GormDataType keeps GORM from treating the value as a struct.
func (sortValue) GormDataType() string { return "bytes" }

// cursor is a place in an order: the name of the order, the sort values and the key of
// the row.
type cursor struct {
	order  string
	values []any // int64, or string
	key    int64
}

// String is the opaque form: URL-safe base64 of the JSON list [order, key, values…], in
// which numbers are numbers and all else is base64, followed by a checksum, so that
// damaged cursors are refused.
func (c cursor) String() string {
	order, _ := json.Marshal(c.order) // a string always encodes
	raw := append(append(append(make([]byte, 0, 128), '['), order...), ',')
	raw = strconv.AppendInt(raw, c.key, 10)
	for _, value := range c.values {
		raw = append(raw, ',')
		switch value := value.(type) {
		case int64:
			raw = strconv.AppendInt(raw, value, 10)
		case string:
			raw = append(base64.StdEncoding.AppendEncode(append(raw, '"'), []byte(value)), '"')
		default:
			raw = append(raw, "null"...)
		}
	}
	raw = append(raw, ']')
	raw = binary.BigEndian.AppendUint32(raw, crc32.ChecksumIEEE(raw))
	return base64.RawURLEncoding.EncodeToString(raw)
}

// maxCursor is the longest cursor in bytes. The longest sort keys, of titles of 300
// letters, have about 3,000.
const maxCursor = 16 << 10

// readCursor reads a cursor that String wrote for this order, and refuses everything
// else.
func readCursor(argument, text string, o order) (cursor, error) {
	c, values := parseCursor(text)
	if c.order != "" && c.order != o.name {
		return cursor{}, &model.Error{
			Code: model.CodeInvalidCursor, Path: []string{argument},
			Message: "`" + argument + "` is a cursor of another list or order; send one that this list returned with the same orderBy and languages",
		}
	}
	broken := &model.Error{
		Code: model.CodeInvalidCursor, Path: []string{argument},
		Message: "`" + argument + "` is not a cursor of this API; send an endCursor or startCursor that it returned",
	}
	if c.order == "" || len(values) != len(o.terms) {
		return cursor{}, broken
	}
	c.values = nil
	for i, term := range o.terms {
		value, err := term.read(values[i])
		if err != nil {
			return cursor{}, broken
		}
		c.values = append(c.values, value)
	}
	if c.String() != text {
		return cursor{}, broken
	}
	return c, nil
}

// parseCursor reads a cursor of any order: its values as they are written, and those
// that are numbers also as such. The order is empty if the text is not a cursor.
func parseCursor(text string) (c cursor, values []json.RawMessage) {
	if len(text) > maxCursor {
		return cursor{}, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) < crc32.Size {
		return cursor{}, nil
	}
	var list []json.RawMessage
	if json.Unmarshal(raw[:len(raw)-crc32.Size], &list) != nil || len(list) < 2 || json.Unmarshal(list[0], &c.order) != nil || json.Unmarshal(list[1], &c.key) != nil {
		return cursor{}, nil
	}
	for _, value := range list[2:] {
		n, _ := term{values: numbers}.read(value)
		c.values = append(c.values, n)
	}
	return c, list[2:]
}

// read reads a value of the term from a cursor.
func (t term) read(raw json.RawMessage) (any, error) {
	if t.values == numbers {
		var n int64
		err := json.Unmarshal(raw, &n)
		return n, err
	}
	var b []byte
	err := json.Unmarshal(raw, &b)
	if t.values == letters && !utf8.Valid(b) {
		return nil, errors.New("not a text")
	}
	return string(b), err
}
