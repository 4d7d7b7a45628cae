package output

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// probesName is the list of the folders that a stage probes.
const probesName = "probes"

// probe moves an empty file into every folder that will change and removes it.
// Folders that may not be written, or that are on another disk, where a rename
// does not lead, are found while the project is still as it was. The list of them
// is written first, so that a probe that a kill has left behind can be found.
func (d disk) probe(stage string, j journal) error {
	folders := d.probed(j)
	list, err := json.Marshal(folders)
	if err != nil {
		return err
	}
	if err := d.create(path.Join(stage, probesName), list); err != nil {
		return err
	}
	for _, dir := range folders {
		from, to := path.Join(stage, "probe"), probeIn(dir, stage)
		if err := d.create(from, nil); err != nil {
			return err
		}
		if err := d.rename(from, to); err != nil {
			return fmt.Errorf("the folder %s cannot be written in one step with the rest: %w", dir, err)
		}
		if err := d.remove(to); err != nil {
			return err
		}
	}
	return nil
}

// probed returns the folders that exist and will change, or have to hold the
// folders that do not exist yet.
func (d disk) probed(j journal) []string {
	set := map[string]bool{}
	for _, s := range j.Steps {
		set[d.existing(path.Dir(s.Path))] = true
	}
	return sorted(set)
}

// existing returns the folder or the nearest one above it that exists.
func (d disk) existing(dir string) string {
	for dir != "." {
		if info, err := d.root.Stat(dir); err == nil && info.IsDir() {
			return dir
		}
		dir = path.Dir(dir)
	}
	return dir
}

func probeIn(dir, stage string) string {
	return path.Join(dir, leftover+"probe-"+strings.TrimPrefix(stage, stagePrefix))
}

// discard removes a stage that promised nothing, and its probes. A list that cannot
// be read was never finished, and nothing was probed.
func (d disk) discard(stage string) error {
	text, err := d.root.ReadFile(path.Join(stage, probesName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var folders []string
	if json.Unmarshal(text, &folders) != nil {
		folders = nil
	}
	for _, dir := range folders {
		if have, err := d.read(probeIn(dir, stage)); err != nil || !have.there {
			continue
		}
		if err := d.remove(probeIn(dir, stage)); err != nil {
			return err
		}
	}
	return d.removeAll(stage)
}
