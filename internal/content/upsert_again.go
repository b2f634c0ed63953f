package content

import (
	"context"
	"encoding/json"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// keptUpsert is what is kept of a bulk mutation beside the key of its request.
type keptUpsert struct {
	Results                             []keptUpsertResult
	Created, Updated, Unchanged, Failed int
}

// keptUpsertResult is what is kept of one input: the id of what is stored, or what is wrong.
type keptUpsertResult struct {
	Row    *model.ID             `json:",omitempty"`
	Errors []model.ConflictError `json:",omitempty"`
}

// once is the write of a bulk mutation.
func (u *upserting[In, Row]) once(s *Service, write func(*store.Tx) error) once {
	return once{
		write: write, result: func() any { return u.done.kept() },
		again: func(ctx context.Context, result []byte) (err error) {
			u.done, err = upsertedBefore[Row](ctx, s, result)
			return err
		},
	}
}

func (u *Upserted[Row]) kept() keptUpsert {
	kept := keptUpsert{Created: u.Created, Updated: u.Updated, Unchanged: u.Unchanged, Failed: u.Failed}
	for _, result := range u.Results {
		one := keptUpsertResult{}
		if result.Row != nil {
			id := any(result.Row).(model.Node).ID()
			one.Row = &id
		}
		for _, err := range result.Errors {
			switch err := err.(type) {
			case model.ConflictError:
				one.Errors = append(one.Errors, err)
			case model.InputError:
				one.Errors = append(one.Errors, model.ConflictError{Code: err.Code, Message: err.Message, Path: err.Path})
			}
		}
		kept.Results = append(kept.Results, one)
	}
	return kept
}

// upsertedBefore is what came of a bulk mutation that was written before, with the rows as they
// are now.
func upsertedBefore[Row any](ctx context.Context, s *Service, result []byte) (*Upserted[Row], error) {
	var kept keptUpsert
	if err := json.Unmarshal(result, &kept); err != nil {
		return nil, err
	}
	done := &Upserted[Row]{Created: kept.Created, Updated: kept.Updated, Unchanged: kept.Unchanged, Failed: kept.Failed}
	var ids []model.ID
	for _, one := range kept.Results {
		if one.Row != nil {
			ids = append(ids, *one.Row)
		}
	}
	nodes, err := s.nodesOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, one := range kept.Results {
		result := UpsertResult[Row]{Errors: []model.UserError{}}
		if one.Row != nil {
			result.Row, _ = any(nodes[0]).(*Row)
			nodes = nodes[1:]
		}
		for _, err := range one.Errors {
			told := &model.Error{Code: err.Code, Message: err.Message, Path: err.Path, CurrentVersion: err.CurrentVersion}
			result.Errors = append(result.Errors, told.UserError())
		}
		done.Results = append(done.Results, result)
	}
	return done, nil
}
