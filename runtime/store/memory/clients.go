package memory

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/authgen-go/authgen/runtime/oauthserver"
)

// Clients is an [oauthserver.Storage]. It is safe for concurrent use. It grows with the
// clients that are made.
type Clients struct {
	revoked func(ctx context.Context, tokenID string) (bool, error)

	mu   sync.RWMutex
	byID map[string]*oauthserver.Record
}

var _ oauthserver.Storage = (*Clients)(nil)

// NewClients returns an empty storage. It calls revoked, without a lock held, whenever a
// token is checked: [Tokens.Revoked], for example.
func NewClients(revoked func(ctx context.Context, tokenID string) (bool, error)) *Clients {
	return &Clients{revoked: revoked, byID: make(map[string]*oauthserver.Record)}
}

// Create implements [oauthserver.Registry].
func (s *Clients) Create(_ context.Context, r oauthserver.Record) error {
	r.Client = privateClient(r.Client)
	r.CreatedAt, r.PreviousUntil = micros(r.CreatedAt), micros(r.PreviousUntil)
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.byID[r.ID]; ok {
		return fmt.Errorf("create OAuth client: %q exists", r.ID)
	}
	s.byID[r.ID] = &r
	return nil
}

// ByID implements [oauthserver.Store].
func (s *Clients) ByID(_ context.Context, id string) (oauthserver.Record, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	row, ok := s.byID[id]
	if !ok {
		return oauthserver.Record{}, oauthserver.ErrNotFound
	}
	r := *row
	r.Client = privateClient(r.Client)
	return r, nil
}

// Check implements [oauthserver.Store].
func (s *Clients) Check(ctx context.Context, id, tokenID string) (oauthserver.Client, bool, error) {
	r, err := s.ByID(ctx, id)
	if err != nil {
		return oauthserver.Client{}, false, err
	}
	revoked, err := s.revoked(ctx, tokenID)
	if err != nil {
		return oauthserver.Client{}, false, err
	}
	return r.Client, revoked, nil
}

// List implements [oauthserver.Registry].
func (s *Clients) List(context.Context) ([]oauthserver.Client, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	list := make([]oauthserver.Client, 0, len(s.byID))
	for _, row := range s.byID {
		list = append(list, privateClient(row.Client))
	}
	slices.SortFunc(list, func(a, b oauthserver.Client) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	return list, nil
}

// Rotate implements [oauthserver.Registry].
func (s *Clients) Rotate(_ context.Context, id string, next oauthserver.Hash, previousUntil time.Time) error {
	return s.change(id, oauthserver.ClientSecret, func(row *oauthserver.Record) {
		row.PreviousHash, row.PreviousUntil, row.SecretHash = row.SecretHash, micros(previousUntil), next
	})
}

// SetDisabled implements [oauthserver.Registry].
func (s *Clients) SetDisabled(_ context.Context, id string, disabled bool) error {
	return s.change(id, "", func(row *oauthserver.Record) { row.Disabled = disabled })
}

// SetScopes implements [oauthserver.Registry].
func (s *Clients) SetScopes(_ context.Context, id string, scopes []string) error {
	return s.change(id, "", func(row *oauthserver.Record) { row.Scopes = append([]string{}, scopes...) })
}

// SetKeys implements [oauthserver.Registry].
func (s *Clients) SetKeys(_ context.Context, id, jwks string) error {
	return s.change(id, oauthserver.PrivateKeyJWT, func(row *oauthserver.Record) { row.JWKS = jwks })
}

// change changes a client that authenticates by method, or by any if that is "".
func (s *Clients) change(id string, method oauthserver.AuthMethod, change func(*oauthserver.Record)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	row, ok := s.byID[id]
	if !ok || method != "" && row.Method != method {
		return oauthserver.ErrNotFound
	}
	change(row)
	return nil
}

// privateClient gives c a slice of its own.
func privateClient(c oauthserver.Client) oauthserver.Client {
	c.Scopes = append(make([]string, 0, len(c.Scopes)), c.Scopes...)
	return c
}

// Revoked reports whether an access token is listed, for storages of what else has
// tokens: there is one list.
func (s *Tokens[ID, U]) Revoked(_ context.Context, id string) (bool, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, revoked := s.revoked[id]
	return revoked, nil
}
