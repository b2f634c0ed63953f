package store

import (
	"fmt"

	"github.com/diwan-cms/diwan/model"
)

func tenures() noun[model.Tenure] {
	return noun[model.Tenure]{
		node:    model.NodeTenure,
		table:   "tenures",
		always:  []string{"official_id", "office_id", "started_on", "ended_on"},
		columns: map[string]string{"acting": "acting", "sourceUrl": "source_url", "startedOn": "started_on", "endedOn": "ended_on"},
		key:     func(t *model.Tenure) int64 { return t.Key },
		slots:   func(t *model.Tenure) *model.Slots { return &t.Slots },
		relate:  relateTenures,
	}
}

func relateTenures(r *reading, nodes []*model.Tenure, relation *model.Relation) error {
	switch relation.Field {
	case "official":
		return toOne(r, tenures(), nodes, func(t *model.Tenure) *int64 { return &t.OfficialKey }, officials(), relation)
	case "office":
		return toOne(r, tenures(), nodes, func(t *model.Tenure) *int64 { return &t.OfficeKey }, offices(), relation)
	}
	return fmt.Errorf("tenures have no relation %s", relation.Field)
}

// tenuresOf loads the tenures of officials or offices, earliest first; on a
// day, only those that cover it.
func tenuresOf[P any](r *reading, p noun[P], nodes []*P, relation *model.Relation, owner string) error {
	where := always()
	if relation.Args.On != nil {
		where = covers("n", *relation.Args.On)
	}
	return toMany(r, p, nodes, tenures(), relation, "tenures n", owner, where, sql("n.start_day"))
}
