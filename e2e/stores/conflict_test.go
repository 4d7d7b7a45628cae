package stores

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/authgen-go/authgen/e2e/internal/caller"
)

// A conflict has the database refuse changes of logins as it refuses a transaction that
// has lost to others.
type conflict struct {
	name  string
	begin []string // refuses the first %d changes, or with none all of them; and counts
	end   []string
	tries string // how many there were
}

// Sequences count on whatever becomes of a transaction.
var conflicts = map[string][]conflict{
	"postgres": {postgresConflict("a serialisation failure", "40001"), postgresConflict("a deadlock", "40P01")},
	"mysql":    {mysqlConflict("a deadlock", "1213", "40001"), mysqlConflict("a lock that is waited for too long", "1205", "HY000")},
}

func postgresConflict(name, code string) conflict {
	return conflict{
		name: name,
		begin: []string{
			"CREATE SEQUENCE tries MINVALUE 0 START 0",
			`CREATE FUNCTION lose() RETURNS trigger SECURITY DEFINER LANGUAGE plpgsql AS $$
			BEGIN
				IF nextval('tries') < LOSSES THEN
					RAISE EXCEPTION 'lost' USING ERRCODE = '` + code + `';
				END IF;
				RETURN NEW;
			END $$`,
			"CREATE TRIGGER lose BEFORE UPDATE ON auth_refresh_families FOR EACH ROW EXECUTE FUNCTION lose()",
		},
		end:   []string{"DROP TRIGGER lose ON auth_refresh_families", "DROP FUNCTION lose()", "DROP SEQUENCE tries"},
		tries: "SELECT last_value + CASE WHEN is_called THEN 1 ELSE 0 END FROM tries",
	}
}

func mysqlConflict(name, number, state string) conflict {
	return conflict{
		name: name,
		begin: []string{
			"CREATE TABLE tries (n INT NOT NULL) ENGINE = MyISAM",
			"INSERT INTO tries VALUES (0)",
			`CREATE TRIGGER lose BEFORE UPDATE ON auth_refresh_families FOR EACH ROW
			BEGIN
				UPDATE tries SET n = n + 1;
				IF (SELECT n FROM tries) <= LOSSES THEN
					SIGNAL SQLSTATE '` + state + `' SET MYSQL_ERRNO = ` + number + `, MESSAGE_TEXT = 'lost';
				END IF;
			END`,
		},
		end:   []string{"DROP TRIGGER lose", "DROP TABLE tries"},
		tries: "SELECT n FROM tries",
	}
}

// SECURITY F-16.
func TestF16_AConflictIsTriedAgain(t *testing.T) {
	const again = 3 // times
	onEach(t, inSQL, func(t *testing.T, r *rig) {
		for _, c := range conflicts[r.backend.database] {
			t.Run(c.name, func(t *testing.T) {
				before := markOf(r.Server)
				m := r.newLogin(t)
				defer m.Close()

				a, tries := r.conflicting(t, c, "2", func() caller.Answer { return m.Renew(r.URL, m.Refresh) })
				want(t, http.StatusOK, a)
				if tries != 3 {
					t.Errorf("two conflicts: %d tries, want 3", tries)
				}
				if err := a.Decode(&m.Tokens); err != nil {
					t.Fatal(err)
				}

				a, tries = r.conflicting(t, c, "1000", func() caller.Answer { return m.Renew(r.URL, m.Refresh) })
				wantUnavailable(t, "conflicts without an end", soon, a)
				if tries != 1+again {
					t.Errorf("conflicts without an end: %d tries, want one and %d more", tries, again)
				}

				m.Tokens = r.renewed(t, m, m.Refresh)
				want(t, http.StatusOK, m.Me(r.URL, caller.Bearer(m.Access)))
				if n := before.count(reuseAlarm); n > 0 {
					t.Errorf("%d alarms", n)
				}
				t.Logf("two conflicts: 200 at the third try; conflicts without an end: 503 after %d tries and %v; the token was good afterwards", tries, a.Took().Round(time.Millisecond))
			})
		}
	})
}

// conflicting does something while so many changes of logins are lost, and returns how
// many were tried.
func (r *rig) conflicting(t *testing.T, c conflict, losses string, do func() caller.Answer) (a caller.Answer, tries int) {
	t.Helper()
	for _, statement := range c.begin {
		r.exec(t, strings.ReplaceAll(statement, "LOSSES", losses))
	}
	defer func() {
		for _, statement := range c.end {
			r.exec(t, statement)
		}
	}()
	a = do()
	if err := r.db.QueryRowContext(t.Context(), c.tries).Scan(&tries); err != nil {
		t.Fatal(err)
	}
	return a, tries
}

// exec changes the database as somebody who may.
func (r *rig) exec(t *testing.T, statement string) {
	t.Helper()
	if _, err := r.db.ExecContext(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// Each connection has transactions that conflict whenever two of them touch the same.
//
// SECURITY F-16.
func TestF16_TransactionsThatAreSerialisable(t *testing.T) {
	settings := map[string]struct{ begin, end string }{
		"postgres": {"ALTER ROLE app_postgresql SET default_transaction_isolation = 'serializable'", "ALTER ROLE app_postgresql RESET default_transaction_isolation"},
		"mysql":    {"SET GLOBAL TRANSACTION ISOLATION LEVEL SERIALIZABLE", "SET GLOBAL TRANSACTION ISOLATION LEVEL REPEATABLE READ"},
	}
	onEach(t, inSQL, func(t *testing.T, r *rig) {
		setting := settings[r.backend.database]
		r.exec(t, setting.begin)
		defer func() {
			r.exec(t, setting.end)
			r.reconnect(t)
		}()
		r.reconnect(t)
		before := markOf(r.Server)
		const rounds, clients = 5, 20
		replaced, unknown := 0, 0
		for range rounds {
			m := r.newLogin(t)
			defer m.Close()
			ok, unavailable := atOnce(t, clients, func() caller.Answer { return m.Renew(r.URL, m.Refresh) })
			replaced, unknown = replaced+ok, unknown+unavailable
			m.Tokens = r.renewed(t, m, m.Refresh)
			want(t, http.StatusOK, m.Me(r.URL, caller.Bearer(m.Access)))
		}
		if n := before.count(reuseAlarm); n > 0 {
			t.Errorf("%d alarms", n)
		}
		t.Logf("%d times %d clients refresh one token at once: %d are 200, %d are 503, none anything else", rounds, clients, replaced, unknown)
	})
}

// reconnect has the server connect anew, as settings are often those of new connections.
func (r *rig) reconnect(t *testing.T) {
	t.Helper()
	r.proxy.Cut()
	time.Sleep(1100 * time.Millisecond) // after which no pool trusts what it has
	r.untilReady(t)
}
