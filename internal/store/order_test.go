package store

import (
	"testing"

	"github.com/diwan-cms/diwan/internal/database/sql"
	"github.com/diwan-cms/diwan/model"
)

// A row has four sort values: more terms would have nowhere to go.
func TestAnOrderHasAtMostFourTerms(t *testing.T) {
	t.Parallel()
	fields := []string{"RELEVANCE", "NAME", "SLUG", "CREATED_AT", "UPDATED_AT"}
	ordered := func(n int) error {
		asked := make([]model.Order, n)
		for i := range asked {
			asked[i].Field = fields[i]
		}
		_, err := orderOf(model.NodeTopic, asked, model.Order{Field: "NAME"}, func(string) (sql.Clause, valueKind) { return sql.Text("n.id"), numbers })
		return err
	}
	if err := ordered(maxTerms); err != nil {
		t.Errorf("an order with %d terms = %v", maxTerms, err)
	}
	if err := ordered(maxTerms + 1); model.CodeOf(err) != model.ErrorCodeInvalid {
		t.Errorf("an order with %d terms = %v, want INVALID", maxTerms+1, err)
	}
}
