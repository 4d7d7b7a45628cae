package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"
)

// requestAcrossStop sends one half of a request, asks the server to stop, and
// sends the other half once readiness has ended. It prints what both were
// answered; the server has stopped then, and well:
//
//	inflight METHOD PATH BODY
func requestAcrossStop(ts *testscript.TestScript, neg bool, args []string) {
	w := worldOf(ts)
	if neg || len(args) < 3 || w.server == nil {
		ts.Fatalf("usage: inflight METHOD PATH BODY (after serve)")
	}
	addr := strings.TrimPrefix(ts.Getenv("URL"), "http://")
	method, path, body := args[0], args[1], strings.Join(args[2:], " ")

	conn, err := net.Dial("tcp", addr)
	ts.Check(err)
	defer conn.Close()
	_, err = fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		method, path, addr, len(body), body[:len(body)/2])
	ts.Check(err)

	ts.Check(w.server.cmd.Process.Signal(syscall.SIGTERM))
	status := http.StatusOK
	for status == http.StatusOK {
		answer, err := http.Get("http://" + addr + "/readyz")
		ts.Check(err)
		answer.Body.Close()
		status = answer.StatusCode
	}
	fmt.Fprintf(ts.Stdout(), "readyz %d\n", status)

	_, err = io.WriteString(conn, body[len(body)/2:])
	ts.Check(err)
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	ts.Check(err)
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	ts.Check(err)
	printAnswer(ts.Stdout(), answer, content)

	<-w.server.done
	if w.server.err != nil {
		ts.Fatalf("the server ended with %v\n%s", w.server.err, w.server.log.String())
	}
	w.server = nil
}
