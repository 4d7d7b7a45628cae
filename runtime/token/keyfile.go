package token

import (
	"cmp"
	"slices"
	"time"
)

// A KeyState is what a key of a [Folder] is good for at one moment.
type KeyState string

// The states of keys. Keys of all but KeyExpired are published and verify.
const (
	KeySigns    KeyState = "signs"    // signs new tokens
	KeyNext     KeyState = "next"     // nobody said yet when it will sign
	KeyWaits    KeyState = "waits"    // signs from a time in the future on
	KeyVerifies KeyState = "verifies" // signs no more, or not with the folder's algorithm, or is public
	KeyExpired  KeyState = "expired"  // its last token is over
	KeyOwn      KeyState = "own"      // an operator's own: it is public or of another algorithm, or one of several
)

// A KeyFile is a key of a [Folder].
type KeyFile struct {
	// Name is that of the file, without the folder.
	Name string
	// Key is the file's content.
	Key *Key
	// State is what the key is good for.
	State KeyState
	// From is since when it signs, or is published if it is a next one; zero for an
	// operator's own key, as if it had been there from the beginning.
	From time.Time
	// Until is when its last token is over, if it is known when another key takes its
	// place, else zero.
	Until time.Time

	next bool
}

// judgeKeys sets the states of files at now.
func (f Folder) judgeKeys(files []KeyFile, now time.Time) {
	for i := range files {
		files[i].State = f.judgeKey(&files[i], files, now)
	}
	// Keys with a time stand in one order, so that only own keys can be several.
	if signing := inState(files, KeySigns); len(signing) > 1 {
		for _, k := range signing {
			k.State = KeyOwn
		}
	}
}

func (f Folder) judgeKey(k *KeyFile, files []KeyFile, now time.Time) KeyState {
	if k.next {
		return KeyNext
	}
	successor := k.successor(files)
	if successor != nil {
		k.Until = successor.From.Add(f.TokenLife + Lag)
	}
	switch replaced := successor != nil && !successor.From.After(now); {
	case k.From.After(now):
		return KeyWaits
	case replaced && now.Before(k.Until):
		return KeyVerifies
	case replaced:
		return KeyExpired
	case k.Key.alg == f.Algorithm && k.Key.CanSign():
		return KeySigns
	case k.isOwn():
		return KeyOwn
	default:
		return KeyVerifies
	}
}

func (k *KeyFile) isOwn() bool { return k.From.IsZero() }

// successor returns the key that takes over from k, of those that can, or nil. Keys of
// another algorithm do not: when the service that signs with it comes to know is not
// written in the folder.
func (k *KeyFile) successor(files []KeyFile) *KeyFile {
	var first *KeyFile
	for i := range files {
		s := &files[i]
		if s.next || s.isOwn() || s.Key.alg != k.Key.alg || !s.Key.CanSign() || compareFiles(s, k) <= 0 {
			continue
		}
		if first == nil || compareFiles(s, first) < 0 {
			first = s
		}
	}
	return first
}

// compareFiles orders files by time. Of keys from one second the name decides, so that
// all processes agree.
func compareFiles(a, b *KeyFile) int {
	return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.Name, b.Name))
}

func inState(files []KeyFile, state KeyState) []*KeyFile {
	var found []*KeyFile
	for i := range files {
		if files[i].State == state {
			found = append(found, &files[i])
		}
	}
	return found
}

// sortFiles puts files in the order of their times, the next ones last.
func sortFiles(files []KeyFile) {
	slices.SortFunc(files, func(a, b KeyFile) int {
		if a.next != b.next {
			if a.next {
				return 1
			}
			return -1
		}
		return compareFiles(&a, &b)
	})
}
