package cli

import "testing"

func TestEverybodyReadsUnlessTheFlagSaysOtherwise(t *testing.T) {
	t.Parallel()
	for flag, private := range map[string]bool{"--public-read": false, "--public-read=false": true, "--no-public-read": true, "--batch=0": false} {
		config, err := edge(t, []string{flag})
		if err != nil || config.PrivateRead != private {
			t.Errorf("reading is private with %s = %t, %v, want %t", flag, config.PrivateRead, err, private)
		}
	}
}
