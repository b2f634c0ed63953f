package httpd

import (
	"context"
	"net/http/httptest"
	"testing"
	"time"
)

func TestCrowd(t *testing.T) {
	t.Parallel()
	c := newCrowd(1, 1, time.Minute)
	r := httptest.NewRequest("POST", "/graphql", nil)
	if !c.enter(r) {
		t.Fatal("the first finds no place")
	}
	second := make(chan bool, 1)
	go func() { second <- c.enter(r) }()
	for c.waiting.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	if c.enter(r) {
		t.Error("a third waits too, want it refused at once")
	}
	c.leave()
	if !<-second {
		t.Error("the second is refused, want the place of the first")
	}
	ctx, leaves := context.WithCancel(t.Context())
	leaves()
	if c.enter(r.WithContext(ctx)) {
		t.Error("who has left gets a place")
	}
	late := newCrowd(1, 1, time.Millisecond)
	if !late.enter(r) || late.enter(r) {
		t.Error("who waited long enough gets a place that is taken")
	}
}
