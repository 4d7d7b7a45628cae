package redis

import goredis "github.com/redis/go-redis/v9"

// The scripts of sessions. KEYS are the rows of a user and the moments at which these
// may be forgotten, of which the members are those of the rows. In Lua strings begin
// at 1, so that each place in a row is one more than in Go; struct.unpack reads a
// number as a double, which is exact for microseconds until the year 2255.
//
// Every one of them does all or nothing, and nothing comes in between.
type sessionScripts struct {
	create, rotate, touch, end, endByID, endByUser, sweep *goredis.Script
}

func newSessionScripts() sessionScripts {
	return sessionScripts{
		// id, row, moment at which it may be forgotten, now, life of the keys. What may be
		// forgotten goes first, a bounded number of it.
		create: goredis.NewScript(`
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[4], 'LIMIT', 0, 100)) do
  redis.call('HDEL', KEYS[1], id)
  redis.call('ZREM', KEYS[2], id)
end
if redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 0 end
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
for _, key in ipairs(KEYS) do
  if redis.call('PTTL', key) < tonumber(ARGV[5]) then redis.call('PEXPIRE', key, ARGV[5]) end
end
return 1`),

		// id, old hash, new hash, version, time. A session that has the new hash already was
		// given it by the same call, which was sent again.
		rotate: goredis.NewScript(`
local row = redis.call('HGET', KEYS[1], ARGV[1])
if not row then return 0 end
local hash = string.sub(row, 2, 33)
if hash == ARGV[3] then return 1 end
if hash ~= ARGV[2] then return 0 end
local seen = string.sub(row, 50, 57)
if struct.unpack('>i8', seen) < struct.unpack('>i8', ARGV[5]) then seen = ARGV[5] end
redis.call('HSET', KEYS[1], ARGV[1], string.sub(row, 1, 1) .. ARGV[3] .. ARGV[4] .. ARGV[5] .. seen .. string.sub(row, 58))
return 1`),

		// id, hash and time of each.
		touch: goredis.NewScript(`
local n = 0
for i = 1, #ARGV, 3 do
  local row = redis.call('HGET', KEYS[1], ARGV[i])
  if row and string.sub(row, 2, 33) == ARGV[i+1]
     and struct.unpack('>i8', row, 50) < struct.unpack('>i8', ARGV[i+2]) then
    redis.call('HSET', KEYS[1], ARGV[i], string.sub(row, 1, 49) .. ARGV[i+2] .. string.sub(row, 58))
    n = n + 1
  end
end
return n`),

		// id, hash.
		end: goredis.NewScript(`
local row = redis.call('HGET', KEYS[1], ARGV[1])
if not row or string.sub(row, 2, 33) ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
return 1`),

		// id.
		endByID: goredis.NewScript(`
redis.call('ZREM', KEYS[2], ARGV[1])
return redis.call('HDEL', KEYS[1], ARGV[1])`),

		// id of the one that stays.
		endByUser: goredis.NewScript(`
local n = redis.call('HLEN', KEYS[1])
local row = redis.call('HGET', KEYS[1], ARGV[1])
if ARGV[1] == '' or not row then
  redis.call('DEL', KEYS[1], KEYS[2])
  return n
end
for _, id in ipairs(redis.call('HKEYS', KEYS[1])) do
  if id ~= ARGV[1] then
    redis.call('HDEL', KEYS[1], id)
    redis.call('ZREM', KEYS[2], id)
  end
end
return n - 1`),

		// expired at, idle since, remembered and idle since, limit.
		sweep: goredis.NewScript(`
local expired, idle, remembered = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local limit, n = tonumber(ARGV[4]), 0
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  if n >= limit then break end
  local row, since = all[i+1], idle
  if string.byte(row, 74) % 2 == 1 then since = remembered end
  if struct.unpack('>i8', row, 58) <= expired or struct.unpack('>i8', row, 50) <= since then
    redis.call('HDEL', KEYS[1], all[i])
    redis.call('ZREM', KEYS[2], all[i])
    n = n + 1
  end
end
return n`),
	}
}
