package database

import (
	"encoding/binary"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// readWire reads the rows of a statement as PostgreSQL sends them, and returns their
// number.
func (m *mapper) readWire(into any, rows pgx.Rows) (int, error) {
	if err := rows.Err(); err != nil {
		return 0, err
	}
	described := rows.FieldDescriptions()
	columns := make([]string, len(described))
	for i := range described {
		columns[i] = described[i].Name
	}
	d, err := m.into(into, columns)
	if err != nil {
		return 0, err
	}
	for rows.Next() {
		d.begin()
		for i, raw := range rows.RawValues() {
			v, err := decoded(rows.Conn().TypeMap(), &described[i], raw)
			if err == nil {
				err = d.set(i, v)
			}
			if err != nil {
				return 0, err
			}
		}
	}
	if err := rows.Err(); err != nil {
		return 0, err
	}
	return d.end(), nil
}

// decoded decodes a value that PostgreSQL sent: the types of our columns here, all others
// as for database/sql.
func decoded(types *pgtype.Map, column *pgconn.FieldDescription, raw []byte) (value, error) {
	if raw == nil {
		return value{}, nil
	}
	binaryFormat := column.Format == pgtype.BinaryFormatCode
	switch column.DataTypeOID {
	case pgtype.Int8OID:
		if binaryFormat && len(raw) == 8 {
			return value{kind: number, number: int64(binary.BigEndian.Uint64(raw))}, nil
		}
	case pgtype.Int4OID:
		if binaryFormat && len(raw) == 4 {
			return value{kind: number, number: int64(int32(binary.BigEndian.Uint32(raw)))}, nil
		}
	case pgtype.BoolOID:
		if binaryFormat && len(raw) == 1 {
			return booleanOf(raw[0] != 0), nil
		}
	case pgtype.TextOID, pgtype.VarcharOID: // the same in both formats
		return value{kind: text, text: string(raw)}, nil
	case pgtype.ByteaOID:
		if binaryFormat {
			return value{kind: bytes, bytes: raw}, nil
		}
	}
	known, ok := types.TypeForOID(column.DataTypeOID)
	if !ok {
		return value{}, fmt.Errorf("column %s: the type %d is unknown", column.Name, column.DataTypeOID)
	}
	v, err := known.Codec.DecodeDatabaseSQLValue(types, column.DataTypeOID, column.Format, raw)
	if err != nil {
		return value{}, fmt.Errorf("column %s: %w", column.Name, err)
	}
	return valueOf(v), nil
}
