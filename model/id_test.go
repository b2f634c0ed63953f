package model

import (
	"math"
	"testing"
)

// FuzzParseID looks for texts that are read as ids although String would not return
// them.
func FuzzParseID(f *testing.F) {
	for _, id := range []ID{{NodeArticle, 1}, {NodeOfficial, 42}, {NodeCountry, math.MaxInt64}, {NodeTenure, 0}, {NodeTopic, -1}, {"article", 1}, {"", 1}} {
		f.Add(id.String())
	}
	for _, seed := range []string{
		"", "1", "QXJ0aWNsZTo0Mg==", "QXJ0aWNsZTo0Mg\n", "QXJ0aWNsZTo0Mh", "QXJ0aWNsZTorNDI", "QXJ0aWNsZTowNDI", "QXJ0aWNsZTo0Mjo0Mg", "QXJ0aWNsZTo5MjIzMzcyMDM2ODU0Nzc1ODA4",
		"بغداد", "\ufeffQXJ0aWNsZTo0Mg", "\xff\xfe", "\x00", "' OR 1=1 --",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id, err := ParseID(s)
		if err != nil {
			if CodeOf(err) != ErrorCodeInvalid || id != (ID{}) {
				t.Errorf("ParseID(%q) = %+v, %v, want INVALID alone", s, id, err)
			}
			return
		}
		if id.String() != s || id.Key < 1 || !id.Type.Known() {
			t.Errorf("ParseID(%q) = %+v, which is written as %s", s, id, id)
		}
	})
}
