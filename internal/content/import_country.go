package content

import (
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

type countryLine struct {
	code   string
	fields countryFields
}

func readCountryLine(m *members) statement {
	return &countryLine{
		code:   m.must("code"),
		fields: countryFields{names: m.localTexts("names"), aliases: m.aliases()},
	}
}

func (l *countryLine) write(w *lineWriter) (outcome, error) {
	holder, held, err := w.tx.Holder(store.NaturalKey{Node: model.NodeCountry, By: store.ByCode, Value: l.code})
	if err != nil {
		return unchanged, err
	}
	if !held {
		return unchanged, under(model.Invalid("there is no country %.40q; the list is ISO 3166-1: write a code of it, such as IQ", l.code), "code")
	}
	current, err := w.tx.Country(holder.Key)
	if err != nil {
		return unchanged, err
	}
	what, _, err := w.service.putCountry(w.tx, current, l.fields)
	return what, err
}
