package auth

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/diwan-cms/diwan/model"
)

// previewPrefix makes a preview token recognisable, and tells it from others.
const previewPrefix = "diwan_preview_"

// NewSecret makes a key of 256 random bits to sign with.
func NewSecret() []byte {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails: crypto/rand ends the program instead
	return secret
}

// Preview is what a preview token shows: the working copy of one article, until a
// moment.
type Preview struct {
	Article int64
	Until   model.DateTime
}

// IsPreview reports whether a token says that it is one of a preview.
func IsPreview(token string) bool { return strings.HasPrefix(token, previewPrefix) }

// Sign makes the token of a preview. It needs no row in a database: it says what it
// shows, and the signature (HMAC-SHA-256) that nobody else wrote it.
func (p Preview) Sign(secret []byte) string {
	said := strconv.FormatInt(p.Article, 36) + "." + strconv.FormatInt(int64(p.Until), 36)
	return previewPrefix + said + "." + base64.RawURLEncoding.EncodeToString(signature(secret, said))
}

func signature(secret []byte, said string) []byte {
	mac := hmac.New(sha256.New, secret)
	_, _ = mac.Write([]byte(previewPrefix + said)) // a hash takes all
	return mac.Sum(nil)
}

// ReadPreview reads a token that Sign made with the same secret, if it is still of
// use; an error with the code UNAUTHENTICATED otherwise.
func ReadPreview(secret []byte, token string, now model.DateTime) (Preview, error) {
	said, signed := strings.TrimPrefix(token, previewPrefix), ""
	if last := strings.LastIndexByte(said, '.'); last >= 0 {
		said, signed = said[:last], said[last+1:]
	}
	mac, err := base64.RawURLEncoding.Strict().DecodeString(signed)
	if err != nil || !hmac.Equal(mac, signature(secret, said)) { // in constant time
		return Preview{}, &model.Error{Code: model.CodeUnauthenticated, Message: "the preview link is not one of this newsroom; ask for another"}
	}
	article, until, _ := strings.Cut(said, ".")
	key, keyErr := strconv.ParseInt(article, 36, 64)
	at, atErr := strconv.ParseInt(until, 36, 64)
	p := Preview{Article: key, Until: model.DateTime(at)}
	if keyErr != nil || atErr != nil || p.Until <= now {
		return Preview{}, &model.Error{Code: model.CodeUnauthenticated, Message: "the preview link has expired; ask for another"}
	}
	return p, nil
}
