import { isTimeout } from '../../shared/deadline.ts'
import { errorCode } from '../../shared/safe-cause.ts'

/**
 * Redis did not do what it was asked. `code` is `TIMEOUT`, the system's (`ECONNREFUSED`), the first word of
 * Redis's reply (`READONLY`, `NOAUTH`, `OOM`), or `UNKNOWN`. Nothing else of the client's error is kept: it may
 * hold the command, and with it a password or a value.
 */
export class RedisStoreError extends Error {
  override readonly name = 'RedisStoreError'
  /** What went wrong, in one word. */
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export function redisStoreError(error: unknown): RedisStoreError {
  if (error instanceof RedisStoreError) return error
  if (isTimeout(error)) return new RedisStoreError('TIMEOUT', 'Redis did not answer in time')
  const reply = replyCode(error)
  if (reply !== undefined) return new RedisStoreError(reply, `Redis answered ${reply}`)
  const code = errorCode(error) ?? 'UNKNOWN'
  return new RedisStoreError(code, `Redis could not be asked (${code})`)
}

/** Redis's errors begin with a word in capitals: `READONLY You can't write against a read only replica.` */
export function replyCode(error: unknown): string | undefined {
  return error instanceof Error ? /^[A-Z]{2,24}(?= )/.exec(error.message)?.[0] : undefined
}
