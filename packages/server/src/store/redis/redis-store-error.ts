import { isTimeout } from '../../shared/deadline.ts'
import { errorCode } from '../../shared/safe-cause.ts'
import { StoreError } from '../store-error.ts'

/**
 * An operation of the Redis store that failed. The client's own error is not attached, because it may hold the command
 * and with it a password or a value.
 */
export class RedisStoreError extends StoreError {
  override readonly name = 'RedisStoreError'
  /**
   * Redis's word (`READONLY`, `NOPERM`, `WRONGPASS`, `OOM`), `TIMEOUT`, a code of the system (`ECONNREFUSED`), or
   * `UNKNOWN`.
   */
  declare readonly code: string
}

const signIn = 'Give the client the current user name and password.'
const remedies: Readonly<Record<string, string>> = {
  NOPERM:
    'Allow the user the commands EVAL, EVALSHA, HGET, HMGET, HSET, PEXPIRE, PUBLISH and TIME, the keys fst:* and the channels fst:*.',
  READONLY: 'Connect the client to the primary, not to a replica.',
  OOM: 'Give Redis more memory, or keep the tokens in a Redis that holds no cache.',
  MOVED: 'Connect with a cluster client: this Redis is a cluster.',
  CROSSSLOT: 'Connect with a cluster client: this Redis is a cluster.',
  MISCONF: 'Let Redis write to its disk again: it refuses changes until then.',
  NOSCRIPT: 'Use a client that passes EVAL on: Redis has not loaded the script.',
  NOAUTH: signIn,
  WRONGPASS: signIn,
}

/** Returns what an operator can do about a word of Redis. */
export function redisRemedy(word: string): string | undefined {
  return Object.hasOwn(remedies, word) ? remedies[word] : undefined
}

/**
 * Converts an error of the client, or of the deadline, into a `RedisStoreError`. `heard` is the last word of Redis about the
 * connection: a client that cannot sign in keeps its commands until the deadline.
 */
export function redisStoreError(error: unknown, heard?: string): RedisStoreError {
  if (error instanceof RedisStoreError) return error
  const system = isTimeout(error) ? undefined : errorCode(error)
  const word = replyCode(error) ?? (system === undefined ? heard : undefined)
  if (word !== undefined) return new RedisStoreError(word, `Redis answered ${word}`, redisRemedy(word))
  if (isTimeout(error)) return new RedisStoreError('TIMEOUT', 'Redis did not answer in time')
  const code = system ?? 'UNKNOWN'
  return new RedisStoreError(code, `The Redis command could not be sent (${code})`)
}

/** The words that begin an error of Redis, and that clients, proxies and scripts put further text in front of. */
const redisWords =
  /\b(NOPERM|READONLY|OOM|MOVED|ASK|NOSCRIPT|WRONGPASS|NOAUTH|LOADING|BUSY|MISCONF|CLUSTERDOWN|MASTERDOWN|NOREPLICAS|TRYAGAIN|CROSSSLOT|EXECABORT|UNKILLABLE|NOPROTO|WRONGTYPE|DENIED)\b/

/**
 * Returns Redis's word in an error, in its causes, or in the errors that it collects: `NOSCRIPT` of `ERR Error running
 * script: NOSCRIPT No matching script`. Without a known word, the word in capitals that begins the message.
 */
export function replyCode(error: unknown): string | undefined {
  const messages = messagesOf(error)
  const known = messages.map((message) => redisWords.exec(message)?.[1])
  const first = messages.map((message) => /^[A-Z]{2,24}(?= )/.exec(message)?.[0])
  return [...known, ...first].find((word) => word !== undefined)
}

/** Causes can form a circle. */
const deepest = 4

function messagesOf(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error) || depth > deepest) return []
  const { message, cause, errors } = error as Error & { errors?: unknown }
  const collected = Array.isArray(errors) ? errors : []
  return [message, ...[cause, ...collected].flatMap((each) => messagesOf(each, depth + 1))]
}
