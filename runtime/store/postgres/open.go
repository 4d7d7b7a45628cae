package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	openTimeout    = 10 * time.Second
	connectTimeout = 5 * time.Second
	pingTimeout    = time.Second
)

// Open opens the database of a DATABASE_URL, as
//
//	postgres://user:password@host:5432/database?sslmode=verify-full&pool_max_conns=20
//
// and proves with [Check] that it is usable. The options are those of pgxpool.ParseConfig.
// Where the URL does not say otherwise the pool has four connections for each processor
// and at least ten, and a connection is made within 5 seconds. Connections are never to a
// standby. To a primary that takes no writes any more, as one whose disk is full, they are
// made: what only reads goes on (SECURITY F-20).
//
// Errors do not hold the password.
func Open(url string) (*pgxpool.Pool, error) { return OpenThrough(url, nil) }

// OpenThrough is [Open] with connections that dial makes, as through a tunnel or with the
// connector of a cloud; nil for those of the driver. The host is then for dial to make
// something of: it is not looked up.
func OpenThrough(url string, dial func(ctx context.Context, network, addr string) (net.Conn, error)) (*pgxpool.Pool, error) {
	config, err := configOf(url)
	if err != nil {
		return nil, fmt.Errorf("open postgres database: %w", err)
	}
	if dial != nil {
		config.ConnConfig.DialFunc = dial
		config.ConnConfig.LookupFunc = func(_ context.Context, host string) ([]string, error) { return []string{host}, nil }
	}
	ctx, cancel := context.WithTimeout(context.Background(), openTimeout)
	defer cancel()
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open postgres database: %w", err)
	}
	if err := Check(ctx, pool); err != nil {
		pool.Close()
		return nil, err
	}
	return pool, nil
}

func configOf(url string) (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, explain(url)
	}
	if !strings.Contains(url, "pool_max_conns") {
		config.MaxConns = int32(max(10, 4*runtime.GOMAXPROCS(0)))
	}
	if config.PingTimeout == 0 {
		config.PingTimeout = pingTimeout
	}
	if config.ConnConfig.ConnectTimeout == 0 {
		config.ConnConfig.ConnectTimeout = connectTimeout
	}
	if config.ConnConfig.ValidateConnect == nil {
		config.ConnConfig.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsPrimary
	}
	return config, nil
}

// explain says what is wrong with a URL. The driver's own error may quote what is secret,
// so it is asked about a URL that has nothing of the kind.
func explain(text string) error {
	const unreadable = "the URL is not of the form postgres://user:password@host:port/database"
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return errors.New(unreadable)
	}
	u.User = nil
	options := u.Query()
	for _, secret := range []string{"password", "sslpassword", "user"} {
		options.Del(secret)
	}
	u.RawQuery = options.Encode()
	if _, err := pgxpool.ParseConfig(u.String()); err != nil {
		return err
	}
	return errors.New(unreadable)
}
