package model

// Readiness is what a server can do at the moment.
type Readiness struct {
	// Read and Write say whether it answers queries, and mutations.
	Read  bool `json:"read"`
	Write bool `json:"write"`
	// Reason is why it cannot do both; empty if it can.
	Reason string `json:"reason,omitempty"`
}
