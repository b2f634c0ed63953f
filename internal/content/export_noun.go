package content

import (
	"cmp"
	"slices"

	"github.com/diwan-cms/diwan/model"
)

// Lines as an export writes them, keys in this order. What is empty is left
// out, except where leaving it out would not mean the same: a new database has
// countries with aliases already, and an office seats one unless it says no.

type countryExport struct {
	Type    string                    `json:"type"`
	Code    string                    `json:"code"`
	Names   map[model.Language]string `json:"names"`
	Aliases []model.Alias             `json:"aliases"`
}

func (e *exporter) country(c *model.Country) (any, error) {
	return countryExport{"country", c.Code, byLanguage(c.LocalNames), c.OtherNames}, nil
}

type topicExport struct {
	Type         string                    `json:"type"`
	ExternalID   *string                   `json:"externalId,omitempty"`
	Slug         string                    `json:"slug"`
	Names        map[model.Language]string `json:"names"`
	Descriptions map[model.Language]string `json:"descriptions,omitempty"`
	Aliases      []model.Alias             `json:"aliases,omitempty"`
	Parent       any                       `json:"parent,omitempty"`
	MediaTopic   *string                   `json:"mediaTopic,omitempty"`
}

func (e *exporter) topic(t *model.Topic) (any, error) {
	l := topicExport{
		Type: "topic", ExternalID: t.ExternalID, Slug: t.Slug, Names: byLanguage(t.LocalNames),
		Descriptions: byLanguage(t.Descriptions), Aliases: t.OtherNames, MediaTopic: t.MediaTopic,
	}
	parent, err := slot[*model.Topic](t, "parent")
	if err != nil || parent == nil {
		return l, err
	}
	l.Parent = e.nameOf(model.NodeTopic, parent.Key, parent.ExternalID, parent.Slug)
	return l, nil
}

type officeExport struct {
	Type       string                    `json:"type"`
	ExternalID *string                   `json:"externalId,omitempty"`
	Slug       string                    `json:"slug"`
	Titles     map[model.Language]string `json:"titles"`
	Kind       model.OfficeKind          `json:"kind"`
	Country    string                    `json:"country,omitempty"`
	SingleSeat bool                      `json:"singleSeat"`
}

func (e *exporter) office(o *model.Office) (any, error) {
	country, err := countryOf(o)
	return officeExport{"office", o.ExternalID, o.Slug, byLanguage(o.LocalTitles), o.Kind, country, o.SingleSeat}, err
}

// countryOf is the code of a node's country, empty when it has none.
func countryOf(node model.Node) (string, error) {
	country, err := slot[*model.Country](node, "country")
	if err != nil || country == nil {
		return "", err
	}
	return country.Code, nil
}

type officialExport struct {
	Type         string                    `json:"type"`
	ExternalID   *string                   `json:"externalId,omitempty"`
	Slug         string                    `json:"slug"`
	WikidataID   *string                   `json:"wikidataId,omitempty"`
	Names        map[model.Language]string `json:"names"`
	Descriptions map[model.Language]string `json:"descriptions,omitempty"`
	Aliases      []model.Alias             `json:"aliases,omitempty"`
	Country      string                    `json:"country,omitempty"`
	Tenures      []tenureExport            `json:"tenures,omitempty"`
}

type tenureExport struct {
	Office    any                `json:"office"`
	StartedOn *model.PartialDate `json:"startedOn,omitempty"`
	EndedOn   *model.PartialDate `json:"endedOn,omitempty"`
	Acting    bool               `json:"acting,omitempty"`
	SourceURL *model.URL         `json:"sourceUrl,omitempty"`
}

func (e *exporter) official(o *model.Official) (any, error) {
	country, err := countryOf(o)
	if err != nil {
		return nil, err
	}
	tenures, err := e.tenures(o)
	return officialExport{
		Type: "official", ExternalID: o.ExternalID, Slug: o.Slug, WikidataID: o.WikidataID, Names: byLanguage(o.LocalNames),
		Descriptions: byLanguage(o.Descriptions), Aliases: o.OtherNames, Country: country, Tenures: tenures,
	}, err
}

// tenures are those of an official, earliest first, then by the slug of the
// office: two of one office never begin together.
func (e *exporter) tenures(o *model.Official) ([]tenureExport, error) {
	held, err := slot[[]*model.Tenure](o, "tenures")
	if err != nil {
		return nil, err
	}
	offices := make(map[*model.Tenure]*model.Office, len(held))
	for _, t := range held {
		if offices[t], err = slot[*model.Office](t, "office"); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(held, func(a, b *model.Tenure) int {
		aStart, _ := a.Days()
		bStart, _ := b.Days()
		return cmp.Or(cmp.Compare(aStart, bStart), cmp.Compare(offices[a].Slug, offices[b].Slug))
	})
	lines := make([]tenureExport, len(held))
	for i, t := range held {
		office := offices[t]
		lines[i] = tenureExport{
			e.nameOf(model.NodeOffice, office.Key, office.ExternalID, office.Slug), t.StartedOn, t.EndedOn, t.Acting, t.SourceURL,
		}
	}
	return lines, nil
}
