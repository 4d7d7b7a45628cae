package authn

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// A Route is one generated endpoint.
type Route struct {
	Method  string // upper case; GET serves HEAD too
	Path    string // a net/http pattern without host, such as /auth/sessions/{id}
	Name    string // for tables and messages
	Public  bool   // reachable without a credential
	Handler http.Handler
	// Around, if set, is put around the handler: for what has nothing to do with who
	// may pass, such as showing refusals as pages.
	Around func(http.Handler) http.Handler
}

// NewRouter returns a handler for the routes. It never redirects: paths that are
// not exactly one of the routes' are 404, methods that a path does not have are 405
// with Allow (SECURITY AUT-02, WEB-06, WEB-11).
//
// It refuses routes that are malformed, that conflict, or that are neither public
// nor made by [Guard.Require] (SECURITY AUT-01).
func NewRouter(f *Frame, routes []Route) (http.Handler, error) {
	router := &router{frame: f, mux: http.NewServeMux()}
	router.mux.HandleFunc("/", router.miss)
	for _, route := range routes {
		if err := router.add(route); err != nil {
			return nil, fmt.Errorf("route %s %s: %w", route.Method, route.Path, err)
		}
	}
	slices.Sort(router.methods)
	router.methods = slices.Compact(router.methods)
	return router, nil
}

type router struct {
	frame   *Frame
	mux     *http.ServeMux
	methods []string // all that occur, sorted
}

func (rt *router) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !isClean(r) {
		rt.frame.Fail(w, r, ErrNotFound)
		return
	}
	rt.mux.ServeHTTP(w, r)
}

func (rt *router) add(route Route) error {
	if err := route.check(); err != nil {
		return err
	}
	if err := register(rt.mux, route); err != nil {
		return err
	}
	rt.methods = append(rt.methods, route.Method)
	if route.Method == http.MethodGet {
		rt.methods = append(rt.methods, http.MethodHead)
	}
	return nil
}

func (route Route) check() error {
	switch {
	case route.Handler == nil:
		return errors.New("has no handler")
	case route.Method == "" || strings.Trim(route.Method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "":
		return errors.New("needs a method in upper case")
	case !strings.HasPrefix(route.Path, "/") || strings.HasSuffix(route.Path, "/"):
		return errors.New("needs a path that begins with a slash and does not end with one")
	case strings.Contains(route.Path, "...}") || strings.Contains(route.Path, "{$}"):
		return errors.New("matches more or other than one path")
	}
	if _, ok := route.Handler.(interface{ protected() }); !ok && !route.Public {
		return errors.New("is neither public nor made by Guard.Require")
	}
	return nil
}

// register turns the panic of a mux over a bad or conflicting pattern into an error.
func register(mux *http.ServeMux, route Route) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%v", v)
		}
	}()
	handler := route.Handler
	if route.Around != nil {
		handler = route.Around(handler)
	}
	mux.Handle(route.Method+" "+route.Path, handler)
	return nil
}

// miss answers what no route matches.
func (rt *router) miss(w http.ResponseWriter, r *http.Request) {
	allowed := rt.allowed(r)
	if len(allowed) == 0 {
		rt.frame.Fail(w, r, ErrNotFound)
		return
	}
	rt.frame.Fail(w, r, ErrMethodNotAllowed.WithAllow(allowed...))
}

// allowed asks the mux itself which methods have a route at r's path.
func (rt *router) allowed(r *http.Request) []string {
	var list []string
	probe := *r
	for _, probe.Method = range rt.methods {
		if _, pattern := rt.mux.Handler(&probe); pattern != "" && pattern != "/" {
			list = append(list, probe.Method)
		}
	}
	return list
}
