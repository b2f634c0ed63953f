package content

import (
	"context"

	"github.com/diwan-cms/diwan/internal/jsonld"
	"github.com/diwan-cms/diwan/model"
)

// JSONLD describes the article to search engines. It loads the relations that it needs
// if no plan has.
func (s *Service) JSONLD(ctx context.Context, a *model.Article) (model.JSON, error) {
	if !jsonld.Planned(a) {
		plan := &model.Plan{}
		jsonld.Plan(plan)
		a = a.Bare().(*model.Article)
		if err := s.Relate(ctx, []model.Node{a}, plan); err != nil {
			return nil, err
		}
	}
	return jsonld.NewsArticle(a, s.siteName)
}
