package content

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/model"
)

// inputReader reads an input into its fields.
type inputReader func(in any) any

func into[F any](in any) any { return fieldsFrom[F](in) }

// A field of an input that is read into no field would be lost silently.
func TestEveryFieldOfEveryInputIsRead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		input any
		read  inputReader
	}{
		{model.CreateArticleInput{}, into[articleInput]},
		{model.UpdateArticleInput{}, into[articleInput]},
		{model.UpsertArticleInput{}, into[articleInput]},
		{model.UpdateCountryInput{}, into[CountryFields]},
		{model.CreateOfficeInput{}, into[OfficeFields]},
		{model.UpdateOfficeInput{}, into[OfficeFields]},
		{model.CreateOfficialInput{}, into[OfficialFields]},
		{model.UpdateOfficialInput{}, into[OfficialFields]},
		{model.CreateTenureInput{}, into[TenureFields]},
		{model.UpdateTenureInput{}, into[TenureFields]},
		{model.CreateTopicInput{}, into[TopicFields]},
		{model.UpdateTopicInput{}, into[TopicFields]},
		{model.UpsertOfficeInput{}, into[officeInput]},
		{model.UpsertOfficialInput{}, into[officialInput]},
		{model.UpsertTenureInput{}, into[tenureInput]},
		{model.UpsertTopicInput{}, into[topicInput]},
	} {
		of := reflect.TypeOf(c.input)
		for i := range of.NumField() {
			field := of.Field(i)
			t.Run(of.Name()+"."+field.Name, func(t *testing.T) {
				t.Parallel()
				if got := sentAs(t, c.read, of, field, valueFor(field.Type)); !got.HasValue() {
					t.Errorf("a value is read as %+v, want it given", got)
				}
				if !strings.Contains(field.Type.String(), "Omittable") {
					return
				}
				if got := sentAs(t, c.read, of, field, "null"); !got.IsNull() {
					t.Errorf("null is read as %+v, want null", got)
				}
				if got := sentAs(t, c.read, of, field, ""); got.IsSet() {
					t.Errorf("nothing is read as %+v, want it left out", got)
				}
			})
		}
	}
}

// optional is any Optional.
type optional interface {
	HasValue() bool
	IsNull() bool
	IsSet() bool
}

// sentAs reads an input with a value, given as JSON, in one field, and returns what the
// field is read into. Without a value the field is left out.
func sentAs(t *testing.T, read inputReader, of reflect.Type, field reflect.StructField, value string) optional {
	t.Helper()
	input := reflect.New(of).Elem()
	if value != "" {
		if err := json.Unmarshal([]byte(value), input.FieldByIndex(field.Index).Addr().Interface()); err != nil {
			t.Fatal(err)
		}
	}
	return reflect.ValueOf(read(input.Interface())).FieldByName(field.Name).Interface().(optional)
}

// valueFor returns a value, as JSON, that a client might send for a field.
func valueFor(field reflect.Type) string {
	values := []struct{ of, json string }{
		{"ID]", `"` + model.ID{Type: model.NodeTopic, Key: 1}.String() + `"`},
		{"model.ID", `"` + model.ID{Type: model.NodeTopic, Key: 1}.String() + `"`},
		{"bool", "true"},
		{"int", "1"},
		{"PartialDate", `"2021"`},
		{"URL", `"https://example.org"`},
		{"OfficeKind", `"MINISTER"`},
		{"LinkMode", `"AUTO"`},
		{"LocalizedTextInput", `{"language": "en", "value": "Oil"}`},
		{"AliasInput", `{"language": "en", "text": "Petroleum"}`},
		{"DateTime", `"2021-11-26T09:30:00Z"`},
		{"AppearanceByInput", `{"role": "SUBJECT"}`},
		{"CountryBy", `{"code": "IQ"}`},
		{"By", `{"slug": "oil"}`},
		{"AppearanceInput", `{"role": "SUBJECT"}`},
		{"", `"text"`},
	}
	for _, v := range values {
		if strings.Contains(field.String(), v.of) {
			if strings.Contains(field.String(), "[]") {
				return "[" + v.json + "]"
			}
			return v.json
		}
	}
	return ""
}
