package model

// NodeTenure is the type of tenures.
const NodeTenure NodeType = "Tenure"

// Tenure is one official's time in one office: the half-open interval
// [StartedOn, EndedOn).
type Tenure struct {
	Key         int64 `gorm:"column:id;primaryKey"`
	OfficialKey int64 `gorm:"column:official_id"`
	OfficeKey   int64 `gorm:"column:office_id"`
	StartedOn   *PartialDate
	EndedOn     *PartialDate
	Acting      bool
	SourceURL   *URL
	Version     int
	CreatedAt   DateTime
	UpdatedAt   DateTime

	Slots `gorm:"-"`
}

// ID returns the id that clients see.
func (t *Tenure) ID() ID { return ID{NodeTenure, t.Key} }

// IsNode marks it as a node.
func (*Tenure) IsNode() {}

// Bare returns a copy with empty slots.
func (t *Tenure) Bare() Node {
	bare := *t
	bare.Slots = Slots{}
	return &bare
}

// Ever is later than every day: a tenure that has not ended ends then.
const Ever Date = 99999999

// Days returns the interval in days, excluding its end. An unknown start is day 0,
// which is before every day; a tenure that has not ended ends at Ever.
func (t *Tenure) Days() (start, end Date) {
	end = Ever
	if t.StartedOn != nil {
		start = t.StartedOn.FirstDay()
	}
	if t.EndedOn != nil {
		end = t.EndedOn.FirstDay()
	}
	return start, end
}
