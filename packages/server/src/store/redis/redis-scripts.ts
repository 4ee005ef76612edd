/** A Lua script. Redis runs it as one step, so no command of another client comes in between. */
export interface RedisScript {
  readonly source: string
  /** The hash that EVALSHA takes. */
  readonly sha1: Promise<string>
}

/** Reads a value. KEYS: the key of the value. Returns its version and the value. */
export const getScript: RedisScript = redisScript(`return redis.call('HMGET', KEYS[1], 'v', 'd')`)

/**
 * Writes a value if the version matches. KEYS: the key of the value. ARGV: expected version or '', next version, value,
 * ttl in ms, topic, message. Returns 1, or 0 with the stored version and value. `pcall` ignores an ACL that forbids
 * PUBLISH, so that it does not undo the write.
 */
export const swapScript: RedisScript = redisScript(`
local version = redis.call('HGET', KEYS[1], 'v')
if version == ARGV[2] then return {1} end
if (version or '') ~= ARGV[1] then return {0, version or '', redis.call('HGET', KEYS[1], 'd') or ''} end
redis.call('HSET', KEYS[1], 'v', ARGV[2], 'd', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.pcall('PUBLISH', ARGV[5], ARGV[6])
return {1}`)

/**
 * Reads the clock. KEYS: a key that is never written; it makes all clients of a cluster use the same node. Returns
 * seconds and microseconds.
 */
export const timeScript: RedisScript = redisScript(`return redis.call('TIME')`)

function redisScript(source: string): RedisScript {
  return { source, sha1: sha1(source) }
}

async function sha1(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text)))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
