import { isTimeout } from '../../shared/deadline.ts'
import { errorCode } from '../../shared/safe-cause.ts'

/**
 * An operation of the Redis store that failed. The client's own error is not attached, because it may hold the command
 * and with it a password or a value.
 */
export class RedisStoreError extends Error {
  override readonly name = 'RedisStoreError'
  /**
   * `TIMEOUT`, a code of the system (`ECONNREFUSED`), the first word of the reply from Redis (`READONLY`, `NOAUTH`,
   * `OOM`), or `UNKNOWN`.
   */
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** Converts an error of the client, or of the deadline, into a `RedisStoreError`. */
export function redisStoreError(error: unknown): RedisStoreError {
  if (error instanceof RedisStoreError) return error
  if (isTimeout(error)) return new RedisStoreError('TIMEOUT', 'Redis did not answer in time')
  const reply = replyCode(error)
  if (reply !== undefined) return new RedisStoreError(reply, `Redis answered ${reply}`)
  const code = errorCode(error) ?? 'UNKNOWN'
  return new RedisStoreError(code, `The Redis command could not be sent (${code})`)
}

/** Returns the word in capitals that begins an error of Redis: `READONLY You can't write against a read only replica.` */
export function replyCode(error: unknown): string | undefined {
  return error instanceof Error ? /^[A-Z]{2,24}(?= )/.exec(error.message)?.[0] : undefined
}
