package auth

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/model"
)

func TestTokensAreRandomAndRecognisable(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 100 {
		token := NewToken()
		if !strings.HasPrefix(token, "diwan_") || len(token) != len("diwan_")+43 || seen[token] { // 256 bits in base64
			t.Fatalf("NewToken() = %q, want diwan_ and 256 new bits", token)
		}
		if LooksLikeJWT(token) || IsPreview(token) {
			t.Errorf("%q is taken for another kind of token", token)
		}
		seen[token] = true
	}
}

func TestDigest(t *testing.T) {
	t.Parallel()
	sum := sha256.Sum256([]byte("diwan_x"))
	if got, want := Digest("diwan_x"), hex.EncodeToString(sum[:]); got != want {
		t.Errorf("Digest = %q, want the SHA-256 %q", got, want)
	}
}

func TestActorOf(t *testing.T) {
	t.Parallel()
	if got, want := ActorOf(t.Context()), (Actor{Role: model.RoleAnonymous}); got != want {
		t.Errorf("ActorOf without one = %+v, want %+v", got, want)
	}
	editor := Actor{Key: "token:7", Name: "سميرة", Role: model.RoleEditor, TokenID: 7, Drafts: true}
	if got := ActorOf(WithActor(t.Context(), editor)); got != editor {
		t.Errorf("ActorOf = %+v, want %+v", got, editor)
	}
	guest := Actor{Preview: 3}
	if got := ActorOf(WithActor(t.Context(), guest)); got.Role != model.RoleAnonymous || got.Preview != 3 {
		t.Errorf("ActorOf a guest = %+v, want ANONYMOUS with their preview", got)
	}
}

func TestLooksLikeJWT(t *testing.T) {
	t.Parallel()
	for token, want := range map[string]bool{"a.b.c": true, "..": true, "a.b": false, "a.b.c.d": false, "diwan_a.b.c": false, "": false} {
		if got := LooksLikeJWT(token); got != want {
			t.Errorf("LooksLikeJWT(%q) = %t, want %t", token, got, want)
		}
	}
}
