package content

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/diwan-cms/diwan/internal/auth"
	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

const (
	// KeepKeys is how long a key of a request is known.
	KeepKeys = 24 * time.Hour
	// elsewhere is for how long after a mutation another server is taken to be busy with
	// the rest of the request. Going on earlier would do no harm: each mutation finds what
	// the other server wrote.
	elsewhere = 5 * time.Second
)

// keyed is a request that came with a key. Each of its mutations is written once, however
// often the request comes, and on whichever server.
type keyed struct {
	key  store.RequestKey
	seal cipher.AEAD
}

type keyedKey struct{}

func keyedOf(ctx context.Context) *keyed {
	k, _ := ctx.Value(keyedKey{}).(*keyed)
	return k
}

// runningKeys are the requests with keys that this server executes: digests of requests, by
// the key's.
type runningKeys struct {
	mu  sync.Mutex
	ids map[string]string
}

// TakeKey takes a key for a request, unless it was taken before: then it says what is known
// of it. Keys of different users have nothing to do with each other. Anonymous requests take
// none, because they write nothing.
func (s *Service) TakeKey(ctx context.Context, key string, request []byte) (model.TakenKey, error) {
	owner := auth.ActorOf(ctx)
	if owner.Key == "" {
		return model.TakenKey{Context: ctx, Release: func() {}}, nil
	}
	k, err := newKeyed(owner.Key+" "+strconv.FormatInt(owner.TokenID, 10), key, request)
	if err != nil {
		return model.TakenKey{}, err
	}
	k.key.Since = s.moment() - model.DateTime(KeepKeys.Milliseconds())
	release, state := s.keys.take(k.key)
	if state != model.KeyIsFree {
		return model.TakenKey{State: state}, nil
	}
	taken, err := s.known(ctx, k)
	if err != nil || taken.State != model.KeyIsFree {
		release()
		return taken, err
	}
	taken.Context, taken.Release = context.WithValue(ctx, keyedKey{}, k), release
	return taken, nil
}

func (r *runningKeys) take(key store.RequestKey) (release func(), state model.KeyState) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch running, taken := r.ids[key.ID]; {
	case taken && running != key.Request:
		return nil, model.KeyIsOfAnother
	case taken:
		return nil, model.KeyIsRunning
	}
	if r.ids == nil {
		r.ids = map[string]string{}
	}
	r.ids[key.ID] = key.Request
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.ids, key.ID)
	}, model.KeyIsFree
}

// known looks up what is kept of a request.
func (s *Service) known(ctx context.Context, k *keyed) (model.TakenKey, error) {
	kept, err := s.store.KeptResults(ctx, k.key)
	taken := model.TakenKey{}
	for _, one := range kept {
		switch {
		case one.Request != k.key.Request:
			return model.TakenKey{State: model.KeyIsOfAnother}, nil
		case one.Step == store.WholeAnswer:
			answer, err := k.open(one.Result)
			return model.TakenKey{State: model.KeyIsAnswered, Answer: answer}, err
		case one.Server != s.name && one.At > s.moment()-model.DateTime(elsewhere.Milliseconds()):
			taken.State = model.KeyIsRunning
		}
	}
	return taken, err
}

// KeepAnswer keeps the answer to the request whose key the context has taken. If another
// server was faster, it returns the answer that is kept.
func (s *Service) KeepAnswer(ctx context.Context, answer model.KeptAnswer) (model.KeptAnswer, error) {
	k := keyedOf(ctx)
	if k == nil {
		return answer, nil
	}
	sealed, err := k.sealed(answer)
	if err != nil {
		return answer, err
	}
	var first []byte
	err = s.store.WriteNow(ctx, ActorOf(ctx), s.moment, func(tx *store.Tx) error {
		kept, found, err := tx.KeptResult(k.key, store.WholeAnswer)
		if err != nil || found {
			first = kept.Result
			return err
		}
		return tx.KeepResult(k.key, store.KeptResult{Step: store.WholeAnswer, Server: s.name, Result: sealed})
	})
	if err != nil || first == nil {
		return answer, err
	}
	return k.open(first)
}

// newKeyed digests a key and a request. What is kept of the answer may hold secrets, a new
// access token for example: it is sealed with the key itself, which is stored nowhere.
func newKeyed(owner, key string, request []byte) (*keyed, error) {
	secret, err := hkdf.Key(sha256.New, []byte(key), []byte(owner), "answer to a request", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		return nil, err
	}
	seal, err := cipher.NewGCMWithRandomNonce(block)
	return &keyed{store.RequestKey{ID: digest(owner + "\x00" + key), Request: digest(string(request))}, seal}, err
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func (k *keyed) sealed(answer model.KeptAnswer) ([]byte, error) {
	plain, err := json.Marshal(answer)
	if err != nil {
		return nil, fmt.Errorf("keep an answer: %w", err)
	}
	return k.seal.Seal(nil, nil, plain, nil), nil
}

func (k *keyed) open(sealed []byte) (answer model.KeptAnswer, err error) {
	plain, err := k.seal.Open(nil, nil, sealed, nil)
	if err == nil {
		err = json.Unmarshal(plain, &answer)
	}
	if err != nil {
		return answer, fmt.Errorf("read the answer that is kept: %w", err)
	}
	return answer, nil
}

// once is a write with what is needed to answer it again.
type once struct {
	// write writes, and result is then what is kept of that.
	write  func(*store.Tx) error
	result func() any
	// again answers with what was kept, instead of writing.
	again func(ctx context.Context, result []byte) error
}

// writeOnce runs the write in a transaction, unless this mutation of this request was written
// before: its key says so.
func (s *Service) writeOnce(ctx context.Context, w once) error {
	k, m := keyedOf(ctx), writesOf(ctx)
	var kept []byte
	var written []model.Written
	err := s.store.WriteNow(ctx, ActorOf(ctx), s.moment, func(tx *store.Tx) error {
		if k != nil && m != nil {
			before, found, err := tx.KeptResult(k.key, m.step)
			switch {
			case err != nil:
				return err
			case found && before.Request != k.key.Request: // another server took it at the same moment
				return model.Invalid("the Idempotency-Key came with another request; send a new key with each request")
			case found:
				kept = before.Result
				return nil
			}
		}
		if err := w.write(tx); err != nil {
			return err
		}
		written = tx.Written()
		if k == nil || m == nil {
			return nil
		}
		result, err := json.Marshal(w.result())
		if err != nil {
			return err
		}
		return tx.KeepResult(k.key, store.KeptResult{Step: m.step, Server: s.name, Result: result})
	})
	if err == nil && kept != nil {
		return w.again(ctx, kept)
	}
	if err == nil {
		m.wrote(written)
	}
	return err
}

// node reads the node of which a mutation kept the id, as it is now.
func (s *Service) node(ctx context.Context, result []byte) (model.Node, error) {
	var id model.ID
	if err := json.Unmarshal(result, &id); err != nil {
		return nil, err
	}
	nodes, err := s.nodesOf(ctx, []model.ID{id})
	if err != nil {
		return nil, err
	}
	if nodes[0] == nil {
		return nil, &model.Error{Code: model.ErrorCodeNotFound, Message: "this was written when the request came first, and has been deleted since"}
	}
	return nodes[0], nil
}

func (s *Service) nodesOf(ctx context.Context, ids []model.ID) ([]model.Node, error) {
	view := store.View{Languages: model.LanguagesOf(ctx), Today: model.DateOf(s.now()), Drafts: true, Tokens: auth.Can(ctx, auth.ManageTokens)}
	return s.store.Nodes(ctx, view, ids, func(model.NodeType) *model.Plan { return nil })
}

// newServerName is a name that no other server has.
func newServerName() string { return rand.Text() }
