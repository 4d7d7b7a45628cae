package servers

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/go-sql-driver/mysql"
)

// MariaDB is MariaDB, or where the environment names it, MySQL. The URL is what the driver
// calls a DSN, of an empty database and of a user who may do everything.
func MariaDB() Kind {
	return Kind{
		name:     "MariaDB",
		variable: "AUTHGEN_TEST_MYSQL",
		user:     "mysql",
		prepare:  prepareMariaDB,
		answers:  mariaDBAnswers,
	}
}

func prepareMariaDB(ctx context.Context, f *folder) (plan, error) {
	install, err := find([]place{"/usr/bin"}, "mariadb-install-db")
	if err != nil {
		return plan{}, err
	}
	server, err := find([]place{sbin}, "mariadbd")
	if err != nil {
		return plan{}, err
	}
	port, err := f.port()
	if err != nil {
		return plan{}, err
	}
	data, err := f.mkdir("data")
	if err != nil {
		return plan{}, err
	}
	err = f.run(ctx, install[0], append([]string{"--no-defaults", "--datadir=" + data, "--auth-root-authentication-method=normal", "--skip-test-db"}, mariaDBSettings()...)...)
	if err != nil {
		return plan{}, err
	}
	config := mysql.NewConfig()
	config.User, config.Passwd, config.DBName = "authgen", rand.Text(), "authgen"
	config.Net, config.Addr = "tcp", loopback(port)
	users, err := f.write("users.sql", mariaDBUsers(config))
	if err != nil {
		return plan{}, err
	}
	args := append([]string{"--no-defaults", "--datadir=" + data, "--init-file=" + users,
		"--bind-address=127.0.0.1", "--port=" + strconv.Itoa(port),
		"--socket=" + filepath.Join(f.path, "socket"), "--pid-file=" + filepath.Join(f.path, "pid"), "--tmpdir=" + f.path,
	}, mariaDBSettings()...)
	return plan{url: config.FormatDSN(), nodes: []node{{
		addr:    config.Addr,
		program: server[0],
		args:    args,
		stop:    syscall.SIGTERM,
		answers: func(ctx context.Context) error { return mariaDBAnswers(ctx, config.FormatDSN()) },
	}}}, nil
}

func mariaDBSettings() []string {
	return []string{
		"--skip-name-resolve",
		"--character-set-server=utf8mb4",
		"--max-connections=200",
		"--innodb-flush-method=nosync",
		"--innodb-flush-log-at-trx-commit=2", // what is committed outlives the process, not the machine
		"--innodb-buffer-pool-size=32M",
		"--innodb-log-file-size=16M",
		"--innodb-use-native-aio=0", // the machine has few to give
		"--aria-pagecache-buffer-size=8M",
		"--key-buffer-size=1M",
	}
}

// mariaDBUsers is run at each start, before anybody can connect. It leaves no user
// without a password.
func mariaDBUsers(config *mysql.Config) string {
	return fmt.Sprintf(`CREATE DATABASE IF NOT EXISTS %[1]s;
CREATE OR REPLACE USER %[2]s@'127.0.0.1' IDENTIFIED BY '%[3]s';
GRANT ALL ON *.* TO %[2]s@'127.0.0.1' WITH GRANT OPTION;
DELETE FROM mysql.global_priv WHERE User IN ('root', '');
FLUSH PRIVILEGES;
`, config.DBName, config.User, config.Passwd)
}

func mariaDBAnswers(ctx context.Context, dsn string) error {
	config, err := mysql.ParseDSN(dsn)
	if err != nil {
		return err
	}
	config.Logger = &mysql.NopLogger{} // it is asked before it can answer
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return err
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	return db.PingContext(ctx)
}
