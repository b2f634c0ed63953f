package model

import (
	"fmt"
	"testing"
)

// Slots keep the last value of each key, whatever their number, and copies share them.
func TestSlots(t *testing.T) {
	t.Parallel()
	var first Slots
	if value, loaded := first.Slot("a"); loaded || value != nil {
		t.Errorf("a slot of nothing = %v, %v", value, loaded)
	}
	first.Hang("empty", nil)
	second := first
	for i := range 9 {
		first.Hang(fmt.Sprint("key ", i), i)
		second.Hang(fmt.Sprint("other ", i), i)
		first.Hang("last", i)
	}
	for _, s := range []Slots{first, second} {
		for i := range 9 {
			for _, key := range []string{fmt.Sprint("key ", i), fmt.Sprint("other ", i)} {
				if value, loaded := s.Slot(key); !loaded || value != i {
					t.Errorf("Slot(%s) = %v, %v, want %d", key, value, loaded, i)
				}
			}
		}
		if value, loaded := s.Slot("empty"); !loaded || value != nil {
			t.Errorf("the slot of nil = %v, %v, want nil, loaded", value, loaded)
		}
		if value, _ := s.Slot("last"); value != 8 {
			t.Errorf("a slot that was hung again = %v, want 8", value)
		}
	}
}
