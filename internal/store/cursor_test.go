package store

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"math"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/diwan-cms/diwan/model"
)

// mixed is an order by every kind of value.
var mixed = order{name: "Article MIXED+", terms: []term{{values: numbers}, {values: sortKeys}, {values: letters}}, key: "n.id"}

// FuzzReadCursor reads any text as a cursor, as it is and with a valid checksum.
func FuzzReadCursor(f *testing.F) {
	valid := cursor{order: mixed.name, values: []any{int64(1), "\x00\xff", "بغداد"}, key: 7}.String()
	raw, err := base64.RawURLEncoding.DecodeString(valid)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(valid)
	for _, list := range []string{
		string(raw[:len(raw)-crc32.Size]), `["Article MIXED+",7,1,"AP8=","2Kg="]`, `["Article MIXED+",7,1,"AP8","/w=="]`, `["Article MIXED+",7,1,"","/w=="]`, `["Article MIXED+",7,9223372036854775808,"",""]`,
		`["Article MIXED+",1e0,-0,"",""]`, `["Article MIXED+",null,null,null,null]`, `["Article MIXED+",7,1,[0,255],""]`, `["Article MIXED+",7,1,"","",1]`, `["Article MIXED+"]`, `["Article TITLE+",7,1,"",""]`,
		`["Article \u004dIXED+",7,1,"",""]`, `["\ud800",7]`, "[\"\xff\",7]", `{"0":"Article MIXED+"}`, " [] ", "\ufeff[]", strings.Repeat("[", 100), "", "بغداد", valid + "\n", valid + "=",
	} {
		f.Add(list)
	}
	f.Fuzz(func(t *testing.T, text string) {
		sealed := base64.RawURLEncoding.EncodeToString(binary.BigEndian.AppendUint32([]byte(text), crc32.ChecksumIEEE([]byte(text))))
		for _, sent := range []string{text, sealed} {
			got, err := readCursor("after", sent, mixed)
			if err != nil {
				const marked = 20 // longer than any word of the messages
				problem, theirs := err.(*model.Error)
				if !theirs || problem.Code != model.CodeInvalidCursor || !reflect.DeepEqual(problem.Path, []string{"after"}) || len(sent) > marked && strings.Contains(problem.Message, sent) {
					t.Errorf("readCursor(%q) = %v, want INVALID_CURSOR without what was sent", sent, err)
				}
				continue
			}
			if got.String() != sent || got.order != mixed.name || len(got.values) != len(mixed.terms) {
				t.Errorf("readCursor(%q) = %+v, which is written as %s", sent, got, got)
			}
		}
	})
}

// FuzzCursor writes any place in an order and reads it back.
func FuzzCursor(f *testing.F) {
	f.Add(int64(7), int64(1714564800000), []byte("\x00\xff"), "بغداد")
	f.Add(int64(math.MaxInt64), int64(math.MinInt64), []byte(nil), "")
	f.Add(int64(0), int64(1)<<53+1, []byte("</script>"), "\ufeff\u2028<\x00")
	f.Add(int64(-1), int64(-1), []byte("a"), "\xed\xa0\x80")
	f.Fuzz(func(t *testing.T, key, number int64, sortKey []byte, title string) {
		want := cursor{order: mixed.name, values: []any{number, string(sortKey), title}, key: key}
		raw, err := json.Marshal([]any{mixed.name, key, number, append([]byte{}, sortKey...), []byte(title)})
		if err != nil {
			t.Fatal(err)
		}
		raw = binary.BigEndian.AppendUint32(raw, crc32.ChecksumIEEE(raw))
		if written := base64.RawURLEncoding.EncodeToString(raw); want.String() != written {
			t.Errorf("%+v is written as %s, want %s", want, want, written)
		}
		got, err := readCursor("after", want.String(), mixed)
		if !utf8.ValidString(title) { // which no title is
			if model.CodeOf(err) != model.CodeInvalidCursor {
				t.Errorf("the cursor of %+v = %+v, %v, want INVALID_CURSOR", want, got, err)
			}
			return
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("the cursor of %+v = %+v, %v", want, got, err)
		}
	})
}
