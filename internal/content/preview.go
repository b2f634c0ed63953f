package content

import (
	"context"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// For how long a preview link can be valid, in seconds.
const (
	shortestPreview = 60
	longestPreview  = 30 * 24 * 60 * 60
)

// PreviewLink is a token that shows the working copy of one article, with the address
// of the preview on the newsroom's site, which is nil if none is configured.
type PreviewLink struct {
	Token     *string
	URL       *model.URL
	ExpiresAt *model.DateTime
}

// CreatePreviewLink makes a preview link that is valid for expiresIn seconds.
func (s *Service) CreatePreviewLink(ctx context.Context, article model.ID, expiresIn int) (link PreviewLink, err error) {
	if err := auth.May(ctx, auth.CreatePreviewLink); err != nil {
		return link, err
	}
	if expiresIn < shortestPreview || expiresIn > longestPreview {
		return link, under(model.Invalid("a link is of use for %d to %d seconds", shortestPreview, longestPreview), "expiresIn")
	}
	if _, err := article.Want(model.NodeArticle); err != nil {
		return link, under(err, "article")
	}
	plan := (&model.Plan{}).Want("slug")
	found, err := s.store.Article(ctx, store.View{Drafts: true, Today: model.DateOf(s.now())}, model.ArticleBy{ID: &article}, nil, plan)
	if err != nil {
		return link, under(err, "article")
	}
	secret, err := s.store.SigningKey(ctx, store.PreviewKey, auth.NewSecret)
	if err != nil {
		return link, err
	}
	s.logAction(ctx, "a preview link was made", slog.String("article", article.String()), slog.Int("expiresIn", expiresIn))
	until := model.At(s.now().Add(time.Duration(expiresIn) * time.Second))
	token := auth.Preview{Article: article.Key, Until: until}.Sign(secret)
	return PreviewLink{&token, s.previewAddress(found, token), &until}, nil
}

// previewAddress returns the address of a preview on the newsroom's site, or nil if none
// is configured.
func (s *Service) previewAddress(a *model.Article, token string) *model.URL {
	if s.previewURL == "" {
		return nil
	}
	address := model.URL(strings.NewReplacer(
		"{token}", url.QueryEscape(token), "{id}", url.PathEscape(a.ID().String()),
		"{slug}", url.PathEscape(a.Slug), "{language}", url.PathEscape(string(a.Language)),
	).Replace(s.previewURL))
	return &address
}

// Preview returns the actor that a preview token stands for.
func (s *Service) Preview(ctx context.Context, token string) (auth.Actor, error) {
	secret, err := s.store.SigningKey(ctx, store.PreviewKey, auth.NewSecret)
	if err != nil {
		return auth.Actor{}, err
	}
	preview, err := auth.ReadPreview(secret, token, s.moment())
	return auth.Actor{Role: model.RoleAnonymous, Preview: preview.Article}, err
}
