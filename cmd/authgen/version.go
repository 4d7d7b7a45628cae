package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func (p *program) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version and the build",
		Long:  `version prints which authgen this is, the commit it was built from when that is known, and the Go it was built with.`,
		Example: `  $ authgen version
  authgen v0.1.0 go1.26.0 linux/amd64`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			info, _ := debug.ReadBuildInfo()
			_, err := fmt.Fprintf(p.stdout, "authgen %s%s %s %s/%s\n",
				moduleVersion(info), commit(info), runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}

// moduleVersion is the version of authgen in a build, which may be the build of
// another module that holds authgen as a tool; "(devel)" when there is none.
func moduleVersion(info *debug.BuildInfo) string {
	if info == nil {
		return develVersion
	}
	for _, module := range append([]*debug.Module{&info.Main}, info.Deps...) {
		if module.Path != modulePath {
			continue
		}
		if module.Replace != nil || module.Version == "" {
			return develVersion
		}
		return module.Version
	}
	return develVersion
}

// commit is " (0123456789ab)" with the commit a build was made from, or "".
func commit(info *debug.BuildInfo) string {
	if info == nil || info.Main.Path != modulePath {
		return ""
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	revision := settings["vcs.revision"]
	if len(revision) < 12 {
		return ""
	}
	if settings["vcs.modified"] == "true" {
		return " (" + revision[:12] + ", modified)"
	}
	return " (" + revision[:12] + ")"
}
