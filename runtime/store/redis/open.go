package redis

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// patience is for how long a store waits for an answer, and a client of [Open] for a
// connection, where the context of a call does not end before that (SECURITY F-08).
const patience = 2 * time.Second

// Open returns a client of the servers that a REDIS_URL names, as the stores of this
// package need it. It asks no server yet. The forms are
//
//	redis://user:password@host:6379/0                  a server, and the number of a database
//	redis://host1:6379,host2:6379,host3:6379           a cluster, of which these are some
//	redis://host1:26379,host2:26379?master_name=app    Sentinels that know the server
//
// A scheme of rediss asks for TLS. User, password, port and number may be left out, and
// are escaped as in any URL. Sentinels are asked without a password: where they want one,
// make the client with go-redis.
//
// The client says on standard error, for itself and in its own words, that a server
// refuses connections; goredis.SetLogger has it say so elsewhere, for the whole process.
//
// Errors say what is wrong with the URL and repeat nothing of it that may be secret.
func Open(redisURL string) (goredis.UniversalClient, error) {
	o, err := parseURL(redisURL)
	if err != nil {
		return nil, doing("open", err)
	}
	o.ContextTimeoutEnabled = true
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = patience, patience, patience, patience
	// Who is refused now is refused in a tenth of a second; what is worth trying again
	// is a connection that broke.
	o.DialerRetries, o.MaxRetries = 1, 1
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return goredis.NewUniversalClient(o), nil
}

// parseURL reads a REDIS_URL. The authority may name several hosts, which that of a URL
// may not.
func parseURL(text string) (*goredis.UniversalOptions, error) {
	o := &goredis.UniversalOptions{}
	scheme, rest, _ := strings.Cut(text, "://")
	switch scheme {
	case "redis":
	case "rediss":
		o.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12} // the name is that of each host
	default:
		return nil, errors.New(`the URL does not begin with "redis://" or "rediss://"`)
	}
	rest, query, _ := strings.Cut(rest, "?")
	authority, path, _ := strings.Cut(rest, "/")
	if err := readQuery(o, query); err != nil {
		return nil, err
	}
	if err := readAuthority(o, authority); err != nil {
		return nil, err
	}
	return o, readNumber(o, path)
}

// readQuery reads what stands after the question mark.
func readQuery(o *goredis.UniversalOptions, query string) error {
	values, err := url.ParseQuery(query)
	if err != nil {
		return errors.New("what stands after the ? of the URL cannot be read")
	}
	for name, all := range values {
		if name != "master_name" || len(all) != 1 || all[0] == "" {
			return errors.New("the URL has a parameter that is not master_name with one name")
		}
		o.MasterName = all[0]
	}
	return nil
}

// readAuthority reads the credentials and the hosts.
func readAuthority(o *goredis.UniversalOptions, authority string) error {
	hosts := authority
	if at := strings.LastIndex(authority, "@"); at >= 0 {
		hosts = authority[at+1:]
		user, password, _ := strings.Cut(authority[:at], ":")
		var errs [2]error
		o.Username, errs[0] = url.PathUnescape(user)
		o.Password, errs[1] = url.PathUnescape(password)
		if errs[0] != nil || errs[1] != nil {
			return errors.New("user or password of the URL are not escaped")
		}
	}
	port := "6379"
	if o.MasterName != "" {
		port = "26379"
	}
	for host := range strings.SplitSeq(hosts, ",") {
		addr, err := address(host, port)
		if err != nil {
			return err
		}
		o.Addrs = append(o.Addrs, addr)
	}
	return nil
}

// address is a host and its port.
func address(host, port string) (string, error) {
	name, given, err := net.SplitHostPort(host)
	if err != nil {
		name, given, err = net.SplitHostPort(host + ":" + port)
	}
	n, notNumber := strconv.ParseUint(given, 10, 16)
	if err != nil || name == "" || strings.ContainsAny(name, " \t") || notNumber != nil || n == 0 {
		return "", errors.New("a host of the URL is not of the form host:port")
	}
	return net.JoinHostPort(name, given), nil
}

// readNumber reads the number of the database.
func readNumber(o *goredis.UniversalOptions, path string) error {
	if path == "" {
		return nil
	}
	n, err := strconv.Atoi(path)
	if err != nil || n < 0 {
		return errors.New("the path of the URL is not the number of a database")
	}
	if n > 0 && len(o.Addrs) > 1 && o.MasterName == "" {
		return fmt.Errorf("a cluster has no database %d, only 0", n)
	}
	o.DB = n
	return nil
}
