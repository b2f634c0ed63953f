package clients

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// TestGraphiQLRunsInABrowser opens the page below a path, in a browser that reaches no
// other host, runs its first example, expects an answer in Arabic, and follows the changes.
// It fails if the page asks any other host for anything or reports an error, and skips
// where there is no Chromium.
func TestGraphiQLRunsInABrowser(t *testing.T) {
	tier.Long(t)
	s := testserver.StartDemo(t, func(c *app.Config) { c.PublicURL = "https://news.example.org/cms" })
	page, err := http.Get(s.URL + "/cms/")
	if err != nil {
		t.Fatal(err)
	}
	defer page.Body.Close()
	if html, err := io.ReadAll(page.Body); err != nil || bytes.Contains(html, []byte("was not built into")) {
		t.Skip("GraphiQL was not built into this binary: run make graphiql (needs Node 20)")
	}
	browser, complaints := openBrowser(t, s.URL)

	err = chromedp.Do(browser,
		chromedp.Navigate(s.URL+"/cms/"),
		waitForText(".graphiql-query-editor .view-lines", "LatestInArabic"),
		waitForText(".graphiql-editor-tool .view-lines", "Accept-Language"),
		chromedp.Click(chromedp.CSS(".graphiql-execute-button")),
	)
	if err != nil {
		t.Fatalf("opening the page: %v", err)
	}
	answer, err := chromedp.Run(browser, textOf(".result-window .view-lines", `"(data|errors)"`))
	if err != nil {
		t.Fatalf("running the first example: %v", err)
	}
	title, err := chromedp.Run(browser, chromedp.Title())
	if err != nil {
		t.Fatal(err)
	}
	if title != "Diwan" {
		t.Errorf("title = %q, want %q", title, "Diwan")
	}
	if !regexp.MustCompile(`\p{Arabic}{2,}`).MatchString(answer) {
		t.Errorf("the answer has no word in Arabic:\n%s", answer)
	}
	if strings.Contains(answer, "extensions") {
		t.Errorf("the answer shows what it cost, which has a panel of its own:\n%s", answer)
	}
	err = chromedp.Do(browser,
		chromedp.Click(chromedp.CSS("button[aria-label='Show Cost and trace']")),
		waitForText(".graphiql-plugin", `objects, of 20000[\s\S]* statements[\s\S]*SELECT `),
	)
	if err != nil {
		t.Errorf("what the answer cost: %v", err)
	}
	sendTheTokenEverywhere(t, s, browser)
	followInBrowser(t, s, browser)
	readInArabic(t, browser)
	lookFromAPhone(t, browser)
	for _, complaint := range complaints() {
		t.Error(complaint)
	}
}

// sendTheTokenEverywhere gives the page a token, which other tabs send too, also once the
// page was loaded again.
func sendTheTokenEverywhere(t *testing.T, s *testserver.Server, browser context.Context) {
	t.Helper()
	asAdmin := []chromedp.Action[chromedp.Void]{
		chromedp.Click(chromedp.Search("//button[text()='EditorsDesk']")),
		waitForText(".graphiql-query-editor .view-lines", "EditorsDesk"),
		waitForText(".graphiql-editor-tool .view-lines", "Diwan-Perspective"),
		chromedp.Click(chromedp.CSS(".graphiql-execute-button")),
		waitForText(".result-window .view-lines", `"role": "ADMIN"`),
	}
	given := []chromedp.Action[chromedp.Void]{
		chromedp.Click(chromedp.CSS("button[aria-label='Show Token']")),
		waitForText(".diwan-pane", "No token is sent"),
		chromedp.SendKeys(chromedp.CSS(".diwan-pane input[placeholder='put your token here']"), testserver.AdminToken),
		chromedp.Click(chromedp.CSS(".diwan-pane button")),
		waitForText(".diwan-pane", "A token is sent"),
	}
	again := []chromedp.Action[chromedp.Void]{chromedp.Navigate(s.URL + "/cms/"), waitForText(".graphiql-query-editor .view-lines", "query ")}
	for _, actions := range [][]chromedp.Action[chromedp.Void]{given, asAdmin, again, asAdmin} {
		if err := chromedp.Do(browser, actions...); err != nil {
			t.Fatalf("sending the token from all tabs: %v", err)
		}
	}
}

// readInArabic asks for the documentation in Arabic, and expects it from right to left.
func readInArabic(t *testing.T, browser context.Context) {
	t.Helper()
	const choose, direction = `(() => {
		const list = document.querySelector('.diwan-language');
		Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, 'value').set.call(list, 'ar'); // React's own setter says nothing
		return list.dispatchEvent(new Event('change', { bubbles: true }));
	})()`, `(() => {
		const text = document.querySelector('.graphiql-markdown-description p');
		const range = document.createRange();
		range.selectNodeContents(text);
		return getComputedStyle(text).unicodeBidi + ' ' + (Math.abs(range.getBoundingClientRect().right - text.getBoundingClientRect().right) < 2);
	})()`
	if _, err := chromedp.Run(browser, chromedp.Evaluate[bool](choose)); err != nil {
		t.Fatal(err)
	}
	err := chromedp.Do(browser,
		chromedp.Click(chromedp.CSS("button[aria-label='Show Documentation Explorer']")),
		waitForText(".graphiql-markdown-description", "مقالات غرفة أخبار"),
	)
	if err != nil {
		t.Fatalf("the documentation in Arabic: %v", err)
	}
	if got, err := chromedp.Run(browser, chromedp.Evaluate[string](direction)); err != nil || got != "plaintext true" {
		t.Errorf("the direction of Arabic documentation = %q, %v, want that of its first letter, from the right", got, err)
	}
}

// lookFromAPhone expects the answer below the query, both as wide as the screen.
func lookFromAPhone(t *testing.T, browser context.Context) {
	t.Helper()
	const stacked = `(() => {
		const [editors, response] = ['.graphiql-editors', '.graphiql-response'].map((pane) => document.querySelector(pane).getBoundingClientRect());
		return response.top >= editors.bottom && Math.min(editors.width, response.width) > 340 && document.documentElement.scrollWidth <= 390;
	})()`
	if err := chromedp.Do(browser, chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile)); err != nil {
		t.Fatal(err)
	}
	if fits, err := chromedp.Run(browser, chromedp.Evaluate[bool](stacked)); err != nil || !fits {
		t.Errorf("on a phone the answer is below the query: %t, %v", fits, err)
	}
}

// followInBrowser runs the last example, and writes until it shows a change.
func followInBrowser(t *testing.T, s *testserver.Server, browser context.Context) {
	t.Helper()
	done, writing := make(chan struct{}), sync.WaitGroup{}
	writing.Go(func() {
		for {
			s.Mutate(t, "create", "Topic", variables{"input": variables{"names": testserver.Names("en", "Followed")}})
			select {
			case <-done:
				return
			case <-time.After(100 * time.Millisecond):
			}
		}
	})
	defer writing.Wait()
	defer close(done)
	err := chromedp.Do(browser,
		chromedp.Click(chromedp.Search("//button[text()='FollowTheChanges']")),
		waitForText(".graphiql-query-editor .view-lines", "subscription FollowTheChanges"),
		chromedp.Click(chromedp.CSS(".graphiql-execute-button")),
		waitForText(".result-window .view-lines", `"kind": "CREATED"`),
	)
	if err != nil {
		t.Errorf("following the changes: %v", err)
	}
}

// openBrowser starts a headless Chromium that reaches no host but 127.0.0.1. What
// complaints returns tells of every request to an origin other than baseURL's, of every
// uncaught exception and of every logged error, among them what the page's security
// policy blocked.
func openBrowser(t *testing.T, baseURL string) (browser context.Context, complaints func() []string) {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium(t)),
		chromedp.NoSandbox, // which root, as in containers, cannot have
		chromedp.DisableGPU,
		chromedp.NoFirstRun,
		chromedp.WindowSize(1440, 900),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
	)
	allocator, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	browser, closeTab := chromedp.NewContext(allocator)
	t.Cleanup(closeTab)
	browser, cancel := context.WithTimeout(browser, time.Minute)
	t.Cleanup(cancel)

	var mu sync.Mutex
	var list []string
	err := chromedp.Listen(browser, func(event any) {
		if complaint := complaintAbout(event, baseURL); complaint != "" {
			mu.Lock()
			defer mu.Unlock()
			list = append(list, complaint)
		}
	})
	if err != nil {
		t.Fatalf("starting the browser: %v", err)
	}
	return browser, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return list
	}
}

// chromium returns the browser to run: the one that CHROME names, or the first
// found in PATH.
func chromium(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("CHROME"); path != "" {
		return path
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no browser: install chromium, or name one in CHROME")
	return ""
}

// complaintAbout puts what is wrong with a browser's event into words, or
// returns "" when nothing is.
func complaintAbout(event any, baseURL string) string {
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if !isOwn(e.Request.URL, baseURL) {
			return "the page asked another host: " + e.Request.URL
		}
	case *runtime.EventExceptionThrown:
		return "the page threw: " + e.ExceptionDetails.Text
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			return fmt.Sprintf("the browser logged: %s (%s)", e.Entry.Text, e.Entry.URL)
		}
	}
	return ""
}

// isOwn reports whether an address needs no other host than baseURL's.
func isOwn(address, baseURL string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	return u.Scheme == "data" || u.Scheme == "blob" || strings.HasPrefix(address, baseURL+"/")
}

// textOf waits until some element that the selector finds shows text matching
// the pattern, and returns that text. Monaco writes spaces as U+00A0; here they
// are ordinary ones.
func textOf(selector, pattern string) chromedp.Action[string] {
	const script = `(selector, pattern) => {
		const texts = [...document.querySelectorAll(selector)].map((e) => e.innerText.replaceAll('\u00a0', ' '));
		return texts.find((text) => new RegExp(pattern).test(text));
	}`
	poll := chromedp.PollFunction[string](script, chromedp.WithPollingArgs(selector, pattern), chromedp.WithPollingTimeout(0))
	return func(ctx context.Context, target *chromedp.Target) (string, error) {
		text, err := poll(ctx, target)
		if err != nil {
			return "", fmt.Errorf("waiting for %s in %s: %w", pattern, selector, err)
		}
		return text, nil
	}
}

func waitForText(selector, pattern string) chromedp.Action[chromedp.Void] {
	find := textOf(selector, pattern)
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := find(ctx, target)
		return err
	})
}
