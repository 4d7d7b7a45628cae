package token

import (
	"crypto/sha256"
	"fmt"
	"testing"
	"time"
)

func TestKeptTokensStayWithinTheirRoom(t *testing.T) {
	k, now := newKept[Claims](2*keptShards), time.Unix(1_700_000_000, 0)
	for i := range 2000 {
		k.put(sha256.Sum256(fmt.Append(nil, i)), &verified[Claims]{times: times{until: now.Add(time.Hour)}}, now, 0)
	}
	total := 0
	for i := range k.shards {
		total += len(k.shards[i].tokens)
	}
	if total != 2*keptShards {
		t.Errorf("%d tokens are kept in the room of %d", total, 2*keptShards)
	}
}
