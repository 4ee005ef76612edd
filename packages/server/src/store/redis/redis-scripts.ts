/** One script is one step: nothing of another client comes in between. */
export interface RedisScript {
  readonly source: string
  /** What EVALSHA calls it. */
  readonly sha1: Promise<string>
}

/** KEYS: the value. Answers its version and the value. */
export const getScript: RedisScript = redisScript(`return redis.call('HMGET', KEYS[1], 'v', 'd')`)

/**
 * KEYS: the value. ARGV: expected version or '', next version, value, ttl in ms, channel, the key's name there.
 * Answers 1, or 0 with what is stored. That the user may not publish (an ACL) must not undo the write.
 */
export const swapScript: RedisScript = redisScript(`
local version = redis.call('HGET', KEYS[1], 'v')
if version == ARGV[2] then return {1} end
if (version or '') ~= ARGV[1] then return {0, version or '', redis.call('HGET', KEYS[1], 'd') or ''} end
redis.call('HSET', KEYS[1], 'v', ARGV[2], 'd', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.pcall('PUBLISH', ARGV[5], ARGV[6])
return {1}`)

/** KEYS: one of no value, which makes a cluster's clients all ask the same node. Answers seconds and µs. */
export const timeScript: RedisScript = redisScript(`return redis.call('TIME')`)

function redisScript(source: string): RedisScript {
  return { source, sha1: sha1(source) }
}

async function sha1(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text)))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
