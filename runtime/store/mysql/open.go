package mysql

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"runtime"
	"strconv"
	"time"

	"github.com/go-sql-driver/mysql"
)

const openTimeout = 10 * time.Second

// How long a connection waits. The contexts of calls end sooner; these end what has none.
const (
	dialTimeout  = 5 * time.Second
	writeTimeout = 30 * time.Second
	readTimeout  = 5 * time.Minute // a migration of a large table takes its time
)

// lifetime is how long a connection is used: what a balancer knows of servers changes.
const lifetime = 30 * time.Minute

// ours reports whether an option is one that the stores rely on, so that a URL may not
// set it.
func ours(option string) bool {
	switch option {
	case "allowAllFiles", "charset", "clientFoundRows", "collation", "columnsWithAlias", "interpolateParams", "loc",
		"multiStatements", "parseTime", "rejectReadOnly", "timeTruncate", "sql_mode", "innodb_lock_wait_timeout", "autocommit":
		return true
	default:
		return false
	}
}

// Open opens the database of a DATABASE_URL, as
//
//	mysql://user:password@host:3306/database?tls=true
//	mysql://user:password@/database?socket=/run/mysqld/mysqld.sock
//
// and proves with [Check] that it is usable. Options are pool_max_conns, by default four
// connections for each processor and at least ten, and those of the driver's DSN, except
// for the ones that the stores rely on: rows are counted that met a condition, times are
// in UTC, texts are utf8mb4, what does not fit is an error. Waits for the locks of others
// end after a second, and statements see and lock what is committed, without the gaps
// between.
//
// Errors do not hold the password.
func Open(url string) (*sql.DB, error) { return OpenThrough(url, nil) }

// OpenThrough is [Open] with connections that dial makes, as through a tunnel or with the
// connector of a cloud; nil for those of the driver.
func OpenThrough(url string, dial func(ctx context.Context, network, addr string) (net.Conn, error)) (*sql.DB, error) {
	config, size, err := configOf(url)
	if err != nil {
		return nil, fmt.Errorf("open mysql database: %w", err)
	}
	config.DialFunc = dial
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, fmt.Errorf("open mysql database: %w", err)
	}
	db := sql.OpenDB(committed{connector})
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size) // a connection carries its prepared statements: keep it
	db.SetConnMaxLifetime(lifetime)
	ctx, cancel := context.WithTimeout(context.Background(), openTimeout)
	defer cancel()
	if err := Check(ctx, db); err != nil {
		_ = db.Close() // the error that matters is the one of the check
		return nil, err
	}
	return db, nil
}

// configOf reads a URL, of which its errors repeat nothing that may be secret.
func configOf(text string) (*mysql.Config, int, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "mysql" || u.Opaque != "" || len(u.Path) < 2 {
		return nil, 0, errors.New("the URL is not of the form mysql://user:password@host:port/database")
	}
	options := u.Query()
	size, err := sizeOf(options)
	if err != nil {
		return nil, 0, err
	}
	network, addr := "tcp", net.JoinHostPort(cmp.Or(u.Hostname(), "127.0.0.1"), cmp.Or(u.Port(), "3306"))
	if socket := options.Get("socket"); socket != "" {
		network, addr = "unix", socket
		options.Del("socket")
	}
	for name := range options {
		if ours(name) {
			return nil, 0, fmt.Errorf("the URL sets %s, which the stores rely on", name)
		}
	}
	config, err := mysql.ParseDSN("/?" + options.Encode())
	if err != nil {
		return nil, 0, err
	}
	password, _ := u.User.Password()
	config.User, config.Passwd, config.Net, config.Addr, config.DBName = u.User.Username(), password, network, addr, u.Path[1:]
	rely(config)
	return config, size, nil
}

// rely sets what the stores rely on.
func rely(config *mysql.Config) {
	config.ClientFoundRows, config.ParseTime, config.Loc = true, true, time.UTC
	config.RejectReadOnly, config.CheckConnLiveness = true, true
	config.InterpolateParams, config.MultiStatements, config.AllowAllFiles = false, false, false
	config.Logger = &mysql.NopLogger{} // what goes wrong is an error of the call
	config.Timeout = cmp.Or(config.Timeout, dialTimeout)
	config.ReadTimeout = cmp.Or(config.ReadTimeout, readTimeout)
	config.WriteTimeout = cmp.Or(config.WriteTimeout, writeTimeout)
	if config.Params == nil {
		config.Params = make(map[string]string)
	}
	config.Params["sql_mode"] = "CONCAT(@@sql_mode, ',STRICT_ALL_TABLES')"
	config.Params["innodb_lock_wait_timeout"] = "1" // in seconds
	config.Params["autocommit"] = "1"
}

// sizeOf takes the size of the pool out of the options.
func sizeOf(options url.Values) (int, error) {
	text := options.Get("pool_max_conns")
	options.Del("pool_max_conns")
	if text == "" {
		return max(10, 4*runtime.GOMAXPROCS(0)), nil
	}
	size, err := strconv.Atoi(text)
	if err != nil || size < 1 || size > 10_000 {
		return 0, errors.New("pool_max_conns is not a number from 1 to 10000")
	}
	return size, nil
}
