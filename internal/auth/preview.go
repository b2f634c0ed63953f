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

// previewPrefix distinguishes preview tokens from access tokens.
const previewPrefix = "diwan_preview_"

// NewSecret returns a new signing key of 256 random bits.
func NewSecret() []byte {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails: crypto/rand would end the program
	return secret
}

// Preview is what a preview token grants: to read the working copy of one article
// until an instant.
type Preview struct {
	Article int64
	Until   model.DateTime
}

// IsPreview reports whether a token claims to be a preview token.
func IsPreview(token string) bool { return strings.HasPrefix(token, previewPrefix) }

// Sign returns the token of a preview. It needs no row in the database: it says what
// it grants, and its signature (HMAC-SHA-256) proves that we issued it.
func (p Preview) Sign(secret []byte) string {
	claim := strconv.FormatInt(p.Article, 36) + "." + strconv.FormatInt(int64(p.Until), 36)
	return previewPrefix + claim + "." + base64.RawURLEncoding.EncodeToString(signature(secret, claim))
}

func signature(secret []byte, claim string) []byte {
	mac := hmac.New(sha256.New, secret)
	_, _ = mac.Write([]byte(previewPrefix + claim)) // a hash never fails
	return mac.Sum(nil)
}

// ReadPreview returns the preview of a token that Sign made with the same secret. For
// any other token, and for one that has expired, it returns an error with the code
// UNAUTHENTICATED.
func ReadPreview(secret []byte, token string, now model.DateTime) (Preview, error) {
	claim, signed := strings.TrimPrefix(token, previewPrefix), ""
	if last := strings.LastIndexByte(claim, '.'); last >= 0 {
		claim, signed = claim[:last], claim[last+1:]
	}
	mac, err := base64.RawURLEncoding.Strict().DecodeString(signed)
	if err != nil || !hmac.Equal(mac, signature(secret, claim)) { // in constant time
		return Preview{}, &model.Error{Code: model.CodeUnauthenticated, Message: "the preview link is not one of this newsroom; ask for another"}
	}
	article, until, _ := strings.Cut(claim, ".")
	key, keyErr := strconv.ParseInt(article, 36, 64)
	at, atErr := strconv.ParseInt(until, 36, 64)
	p := Preview{Article: key, Until: model.DateTime(at)}
	if keyErr != nil || atErr != nil || p.Until <= now {
		return Preview{}, &model.Error{Code: model.CodeUnauthenticated, Message: "the preview link has expired; ask for another"}
	}
	return p, nil
}
