// Package output brings what was generated to disk, compares it with what is
// there, and is the only part of authgen that writes into a project.
//
// A run is all or nothing. New content is first written to a stage, a folder in
// the project whose name begins with .authgen-stage-, together with a journal of
// what is to become of it. One rename makes the journal valid; from then on the run
// counts as done, and whoever comes next finishes what is left of it. Before that
// rename the project is as it was, and the stage is litter.
//
// What a person wrote is never lost: a generated file that was edited, and a file
// that authgen did not write, are refused by name. Every access goes through an
// [os.Root], so that no path and no symbolic link leads out of the project.
package output
