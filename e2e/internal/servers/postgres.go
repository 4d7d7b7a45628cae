package servers

import (
	"context"
	"crypto/rand"
	"net/url"
	"os"
	"strconv"

	"github.com/jackc/pgx/v5"
)

// PostgreSQL is PostgreSQL. The URL is of an empty database and of a superuser.
func PostgreSQL() Kind {
	return Kind{
		name:     "PostgreSQL",
		variable: "AUTHGEN_TEST_POSTGRES",
		user:     "postgres",
		prepare:  preparePostgres,
		answers:  postgresAnswers,
	}
}

func preparePostgres(ctx context.Context, f *folder) (plan, error) {
	programs, err := find([]place{"/usr/lib/postgresql/*/bin"}, "initdb", "postgres")
	if err != nil {
		return plan{}, err
	}
	initdb, postgres := programs[0], programs[1]
	port, err := f.port()
	if err != nil {
		return plan{}, err
	}
	password := rand.Text()
	passwordFile, err := f.write("password", password)
	if err != nil {
		return plan{}, err
	}
	data, err := f.mkdir("data")
	if err != nil {
		return plan{}, err
	}
	err = f.run(ctx, initdb, "--pgdata="+data, "--username=postgres", "--pwfile="+passwordFile,
		"--auth=scram-sha-256", "--encoding=UTF8", "--no-sync", "--no-instructions")
	if err != nil {
		return plan{}, err
	}
	address := &url.URL{Scheme: "postgres", User: url.UserPassword("postgres", password), Host: loopback(port), Path: "/postgres", RawQuery: "sslmode=disable"}
	return plan{url: address.String(), nodes: []node{{
		addr:    loopback(port),
		program: postgres,
		args:    postgresArgs(data, port),
		stop:    os.Interrupt, // without waiting for those who are connected
		answers: func(ctx context.Context) error { return postgresAnswers(ctx, address.String()) },
	}}}, nil
}

func postgresArgs(data string, port int) []string {
	args := []string{"-D", data, "-p", strconv.Itoa(port)}
	for _, setting := range []string{
		"listen_addresses=127.0.0.1",
		"unix_socket_directories=",
		"fsync=off",
		"full_page_writes=off",
		"shared_buffers=32MB",
		"max_connections=200",
		"max_wal_senders=0",
		"wal_level=minimal",
		"dynamic_shared_memory_type=mmap", // in the folder, not in /dev/shm
		"jit=off",
	} {
		args = append(args, "-c", setting)
	}
	return args
}

func postgresAnswers(ctx context.Context, address string) error {
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return conn.Ping(ctx)
}
