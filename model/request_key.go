package model

import "context"

// TakenKey is what is known of the key of a request.
type TakenKey struct {
	State KeyState
	// Answer is the first answer, where State is KeyIsAnswered.
	Answer KeptAnswer
	// Context is that of the request, and Release gives the key free, where State is
	// KeyIsFree.
	Context context.Context
	Release func()
}

// KeyState says whether a request with a key is to be executed.
type KeyState int

const (
	// KeyIsFree: it is executed. What was written of it before is not written again.
	KeyIsFree KeyState = iota
	// KeyIsAnswered: it was executed, and this is the answer.
	KeyIsAnswered
	// KeyIsRunning: it is being executed.
	KeyIsRunning
	// KeyIsOfAnother: the key came with another request.
	KeyIsOfAnother
)

// KeptAnswer is the answer to a whole request.
type KeptAnswer struct {
	Status int    `json:"status"`
	Type   string `json:"type"`
	// Position is that of the change log after it; empty if it is not known.
	Position string `json:"position,omitempty"`
	Body     []byte `json:"body"`
}
