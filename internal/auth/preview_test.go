package auth

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/model"
)

func TestPreviewTokens(t *testing.T) {
	t.Parallel()
	secret, now := NewSecret(), model.At(time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC))
	preview := Preview{Article: 1234567, Until: now + 1}
	token := preview.Sign(secret)
	if !IsPreview(token) {
		t.Errorf("IsPreview(%q) = false, want true", token)
	}
	if got, err := ReadPreview(secret, token, now); err != nil || got != preview {
		t.Errorf("ReadPreview(%q) = %+v, %v, want %+v", token, got, err, preview)
	}

	head, mac, _ := strings.Cut(strings.TrimPrefix(token, previewPrefix), ".")
	until, mac, _ := strings.Cut(mac, ".")
	bits, err := base64.RawURLEncoding.DecodeString(mac)
	if err != nil {
		t.Fatal(err)
	}
	bits[0] ^= 1
	cases := map[string]struct {
		token string
		now   model.DateTime
		want  string
	}{
		"one that has expired":             {token, now + 1, "has expired"},
		"one of another newsroom":          {preview.Sign(NewSecret()), now, "is not one of this newsroom"},
		"one of another article":           {previewPrefix + "2." + until + "." + mac, now, "is not one of this newsroom"},
		"one that is good for longer":      {previewPrefix + head + ".zzzzzzzz." + mac, now, "is not one of this newsroom"},
		"one with another signature":       {previewPrefix + head + "." + until + "." + base64.RawURLEncoding.EncodeToString(bits), now, "is not one of this newsroom"},
		"one without a signature":          {previewPrefix + head + "." + until, now, "is not one of this newsroom"},
		"one whose signature is no base64": {previewPrefix + head + "." + until + ".!", now, "is not one of this newsroom"},
		"nothing but the prefix":           {previewPrefix, now, "is not one of this newsroom"},
		"one that says nothing, signed":    {previewPrefix + "x." + base64.RawURLEncoding.EncodeToString(signature(secret, "x")), now, "has expired"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := ReadPreview(secret, c.token, c.now)
			if model.CodeOf(err) != model.CodeUnauthenticated || !strings.Contains(err.Error(), c.want) || got != (Preview{}) {
				t.Errorf("ReadPreview(%q) = %+v, %v, want UNAUTHENTICATED with %q", c.token, got, err, c.want)
			}
		})
	}
}

func TestSecretsAreRandom(t *testing.T) {
	t.Parallel()
	a, b := NewSecret(), NewSecret()
	if len(a) != 32 || bytes.Equal(a, b) {
		t.Errorf("NewSecret() = %x and %x, want 256 bits, never the same", a, b)
	}
}
