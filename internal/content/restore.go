package content

import (
	"context"
	"fmt"
	"slices"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// restored is the revision that a write brings back.
type restored struct {
	number int
	// decisions replace those that editors have made since.
	decisions []model.Decision
}

// RestoreArticleRevision gives an article the content of one of its revisions.
func (s *Service) RestoreArticleRevision(ctx context.Context, id model.ID, number int, expectedVersion *int) (*model.Article, error) {
	return writeAndReturn(ctx, s, auth.EditOwnArticle, "restore article revision", func(tx *store.Tx) (*model.Article, error) {
		current, err := toEdit().article(ctx, tx, "id", target{id, expectedVersion})
		if err != nil {
			return nil, err
		}
		past, err := tx.Past(id.Key, number)
		if err != nil {
			return nil, under(err, "revision")
		}
		w, err := restoring(tx, past, number)
		if err != nil {
			return nil, err
		}
		_, article, err := s.rules.putArticle(tx, current, w)
		return article, err
	})
}

// restoring returns the write that brings back a revision. The article's keys and
// translations stay, and nodes that have been deleted since are left out.
func restoring(tx *store.Tx, past *store.TaggedArticle, number int) (articleWrite, error) {
	w := articleWrite{given: ArticleFields{
		Language: Some(past.Language), Title: Some(past.Title), Summary: orNull(past.Summary), Body: Some(past.Markdown), Byline: Some([]string(past.Authors)),
		SourceName: orNull(past.SourceName), SourceURL: orNull(past.SourceURL), Link: Some(past.Link),
	}}
	left, err := leftOf(tx, past)
	if err != nil {
		return w, fmt.Errorf("look what is left of a revision: %w", err)
	}
	var appearances []model.AppearanceInput
	for _, official := range past.Officials {
		if id := (model.ID{Type: model.NodeOfficial, Key: official.Key}); left[id] {
			appearances = append(appearances, model.AppearanceInput{Official: id, Role: official.Role})
		}
	}
	idsLeft := func(node model.NodeType, keys []int64) (ids []model.ID) {
		for _, key := range keys {
			if id := (model.ID{Type: node, Key: key}); left[id] {
				ids = append(ids, id)
			}
		}
		return ids
	}
	w.given.Appearances = Some(appearances)
	w.given.Countries, w.given.Topics = Some(idsLeft(model.NodeCountry, past.Countries)), Some(idsLeft(model.NodeTopic, past.Topics))
	decisions := slices.DeleteFunc(slices.Clone(past.Decisions), func(d model.Decision) bool { return !left[d.Entity] })
	w.restored = &restored{number, append([]model.Decision{}, decisions...)}
	return w, nil
}

// leftOf returns which of the nodes that an article refers to still exist.
func leftOf(tx *store.Tx, a *store.TaggedArticle) (map[model.ID]bool, error) {
	keys := map[model.NodeType][]int64{model.NodeCountry: slices.Clone(a.Countries), model.NodeTopic: slices.Clone(a.Topics)}
	for _, official := range a.Officials {
		keys[model.NodeOfficial] = append(keys[model.NodeOfficial], official.Key)
	}
	for _, d := range a.Decisions {
		keys[d.Entity.Type] = append(keys[d.Entity.Type], d.Entity.Key)
	}
	left := map[model.ID]bool{}
	for node, of := range keys {
		existing, err := tx.Existing(node, of)
		if err != nil {
			return nil, err
		}
		for key := range existing {
			left[model.ID{Type: node, Key: key}] = existing[key]
		}
	}
	return left, nil
}
