package servers

import (
	"context"
	"database/sql"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/redis/go-redis/v9"
)

// A client is what keeps keys in a server, through connections that it keeps open.
type client interface {
	put(ctx context.Context, key string) error
	has(ctx context.Context, key string) (bool, error)
}

// connect returns a client of a server, which is closed when the test ends.
func connect(t *testing.T, s *Server) client {
	t.Helper()
	switch s.kind.name {
	case PostgreSQL().name:
		pool, err := pgxpool.New(t.Context(), s.URL)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(pool.Close)
		c := postgresClient{pool}
		c.exec(t, "CREATE TABLE kept (k text PRIMARY KEY)")
		return c
	case MariaDB().name:
		db, err := sql.Open("mysql", s.URL)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		if _, err := db.ExecContext(t.Context(), "CREATE TABLE kept (k varchar(100) PRIMARY KEY)"); err != nil {
			t.Fatal(err)
		}
		return mariaDBClient{db}
	case Redis().name:
		options, err := redis.ParseURL(s.URL)
		if err != nil {
			t.Fatal(err)
		}
		options.ContextTimeoutEnabled = true
		c := redis.NewClient(options)
		t.Cleanup(func() { c.Close() })
		return redisClient{c}
	default:
		return redisClient{connectCluster(t, s)}
	}
}

func connectCluster(t *testing.T, s *Server) *redis.ClusterClient {
	t.Helper()
	options, err := redis.ParseClusterURL(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	options.ContextTimeoutEnabled = true
	c := redis.NewClusterClient(options)
	t.Cleanup(func() { c.Close() })
	return c
}

type postgresClient struct{ pool *pgxpool.Pool }

func (c postgresClient) exec(t *testing.T, query string) {
	t.Helper()
	if _, err := c.pool.Exec(t.Context(), query); err != nil {
		t.Fatal(err)
	}
}

func (c postgresClient) put(ctx context.Context, key string) error {
	_, err := c.pool.Exec(ctx, "INSERT INTO kept (k) VALUES ($1)", key)
	return err
}

func (c postgresClient) has(ctx context.Context, key string) (found bool, err error) {
	err = c.pool.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM kept WHERE k = $1)", key).Scan(&found)
	return found, err
}

type mariaDBClient struct{ db *sql.DB }

func (c mariaDBClient) put(ctx context.Context, key string) error {
	_, err := c.db.ExecContext(ctx, "INSERT INTO kept (k) VALUES (?)", key)
	return err
}

func (c mariaDBClient) has(ctx context.Context, key string) (found bool, err error) {
	err = c.db.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM kept WHERE k = ?)", key).Scan(&found)
	return found, err
}

type redisClient struct{ redis.Cmdable }

func (c redisClient) put(ctx context.Context, key string) error {
	return c.Set(ctx, key, "kept", 0).Err()
}

func (c redisClient) has(ctx context.Context, key string) (bool, error) {
	n, err := c.Exists(ctx, key).Result()
	return n == 1, err
}
