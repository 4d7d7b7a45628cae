// Command authgen turns an authgen.yaml into the Go package and the SQL that
// authenticate the users of a service. Run "authgen --help" for its commands.
package main

import "os"

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
