package database

import (
	"database/sql/driver"
	"reflect"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/diwan-cms/diwan/internal/database/sql"
)

// driverValuer is an argument that is turned into a value of a driver.
type driverValuer struct{ value any }

func (v driverValuer) Value() (driver.Value, error) { return v.value, nil }

// Values are decoded in both formats of PostgreSQL.
func TestValuesOnTheWire(t *testing.T) {
	t.Parallel()
	types := pgtype.NewMap()
	for _, c := range []struct {
		oid   uint32
		value any
		want  driver.Value
	}{
		{pgtype.Int8OID, int64(-9007199254740993), int64(-9007199254740993)},
		{pgtype.Int4OID, int32(-7), int64(-7)},
		{pgtype.Int2OID, int16(-7), int64(-7)},
		{pgtype.BoolOID, true, true},
		{pgtype.BoolOID, false, false},
		{pgtype.TextOID, "بغداد", "بغداد"},
		{pgtype.VarcharOID, "", ""},
		{pgtype.ByteaOID, []byte{0, 255}, []byte{0, 255}},
		{pgtype.Float8OID, 0.5, 0.5},
		{pgtype.NumericOID, int64(12), "12"},
		{pgtype.Int8OID, nil, nil},
		{pgtype.TextOID, nil, nil},
	} {
		for _, format := range []int16{pgtype.TextFormatCode, pgtype.BinaryFormatCode} {
			raw, err := types.Encode(c.oid, format, c.value, []byte{})
			if err != nil {
				t.Fatal(err)
			}
			got, err := decoded(types, &pgconn.FieldDescription{Name: "x", DataTypeOID: c.oid, Format: format}, raw)
			if err != nil || !reflect.DeepEqual(got.driverValue(), c.want) {
				t.Errorf("%v of the type %d in the format %d = %#v, %v, want %#v", c.value, c.oid, format, got.driverValue(), err, c.want)
			}
		}
	}
	for oid, raw := range map[uint32][]byte{1: {1}, pgtype.Int8OID: {1}, pgtype.BoolOID: {}} {
		if got, err := decoded(types, &pgconn.FieldDescription{Name: "x", DataTypeOID: oid, Format: pgtype.BinaryFormatCode}, raw); err == nil {
			t.Errorf("%v of the type %d = %v, want an error", raw, oid, got.driverValue())
		}
	}
}

func TestPlaceholdersAreNumbered(t *testing.T) {
	t.Parallel()
	list := sql.Text("?", 0)
	for range 10 {
		list = sql.Join(", ", list, sql.Text("?", 0))
	}
	for want, c := range map[string]sql.Clause{
		"SELECT 1": sql.Text("SELECT 1"),
		"x.terms @@ $1::tsquery AND (n.id, n.at) > ($2, $3)": sql.Text("x.terms @@ ?::tsquery AND (n.id, n.at) > (?, ?)", "a", 1, 2),
		"$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11":       list,
	} {
		if got := numbered(c); got != want {
			t.Errorf("numbered(%s) = %s, want %s", c.SQL, got, want)
		}
	}
	args := []any{"a\x00b", 1}
	if sent := withoutNUL(args); sent[0] != "a\x01b" || sent[1] != 1 || args[0] != "a\x00b" {
		t.Errorf("%q is sent as %q", args, sent)
	}
}
