package model

import (
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// Lists are read as encoding/json reads them, whatever is in the column.
func FuzzStoredLists(f *testing.F) {
	for _, text := range []string{
		`[]`, `null`, ``, ` [] `, `{}`, `[null]`, `[{}]`, `[""]`, `["a","b"]`, `["a",]`, `["a"] `, `["a"`, `["a"]]`, `[1]`, "[\"\x01\"]", "[\"\xff\"]", `["\u00e9\n"]`,
		`[{"value":"العراق","language":"ar"},{"value":"Iraq","language":"en"}]`,
		`[{"language":"en","value":"Iraq"}]`, `[{"value":"Iraq","language":"en","more":1}]`, `[{"value":"a\"b","language":"en"}]`, `[{"Value":"Iraq","language":null}]`,
		`[{"value":"},{","language":"en"}]`, `[{"value":"a","value":"b","language":"en"}]`,
		`[{"text":"Iraqi","language":"en","kind":"DEMONYM"}]`, `[{"text":"Iraqi","language":"en","kind":"NONSENSE"}]`, `[{"text":"a\tb","language":"en","kind":"EPITHET"}]`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		sameAsJSON[LocalizedTexts](t, text)
		sameAsJSON[Aliases](t, text)
		sameAsJSON[Lines](t, text)
	})
}

func sameAsJSON[L any, P interface {
	*L
	sql.Scanner
}](t *testing.T, text string) {
	t.Helper()
	var want L
	failed := json.Unmarshal([]byte(text), &want)
	for _, src := range []any{text, []byte(text)} {
		var got L
		err := P(&got).Scan(src)
		if (err == nil) != (failed == nil) || err == nil && !reflect.DeepEqual(got, want) {
			t.Errorf("%T.Scan(%q) = %#v, %v, want %#v, %v", got, text, got, err, want, failed)
		}
	}
}

// What is written is read without encoding/json, unless a text needs escapes.
func TestStoredListsAreReadAsWritten(t *testing.T) {
	t.Parallel()
	for text, escaped := range map[string]bool{
		"": false, "مصطفى <الكاظمي> & co": false, "},{": false, "É/": false, `"`: true, `\`: true, "a\nb": true, "a\u2028": true,
	} {
		readAsWritten(t, LocalizedTexts{{Value: text, Language: "ar"}, {Value: "x", Language: "fr-CA"}}, storedText, escaped)
		readAsWritten(t, Aliases{{Text: text, Language: "en", Kind: AliasKindEpithet}}, storedAlias, escaped)
		readAsWritten(t, Lines{text, text}, storedLine, escaped)
	}
	if list, ok := readItems(stored{"[]"}, storedLine); !ok || list == nil || len(list) > 0 {
		t.Errorf("an empty list = %#v, %v", list, ok)
	}
}

func readAsWritten[T comparable, L interface {
	~[]T
	driver.Valuer
}](t *testing.T, list L, item storedItem[T], escaped bool) {
	t.Helper()
	written, err := list.Value()
	if err != nil {
		t.Fatal(err)
	}
	got, ok := readItems(stored{fmt.Sprint(written)}, item)
	if ok == escaped || ok && !slices.Equal(got, list) {
		t.Errorf("%s is read as %v, %v, want %v, %v", written, got, ok, list, !escaped)
	}
}

func TestColumnsThatAreNoLists(t *testing.T) {
	t.Parallel()
	for _, src := range []any{nil, 7, "{", `{"value":1}`} {
		var ts LocalizedTexts
		if err := ts.Scan(src); err == nil || !strings.HasPrefix(err.Error(), "read a JSON column: ") {
			t.Errorf("Scan(%v) = %v, want an error that says what was read", src, err)
		}
	}
}

func BenchmarkStoredNames(b *testing.B) {
	written, err := LocalizedTexts{{Value: "مصطفى الكاظمي", Language: "ar"}, {Value: "Mustafa al-Kadhimi", Language: "en"}}.Value()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		var ts LocalizedTexts
		if err := ts.Scan(written); err != nil {
			b.Fatal(err)
		}
	}
}
