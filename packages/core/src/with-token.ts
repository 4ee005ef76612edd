import type { ForageSession, GetTokenOptions } from './forage-session.ts'

/**
 * For calls that take a token as an argument, like the Forage SDK's. The token is good for two minutes when
 * `run` starts, so that a step of several requests does not run out midway.
 */
export function createWithToken(
  getToken: (options: GetTokenOptions) => Promise<string>,
): ForageSession['withToken'] {
  return async function withToken(run, options = {}) {
    const { minValidityMs = 120_000, isRejected = isSdkRejection, replay = false } = options
    const signal = options.signal ?? new AbortController().signal
    const token = await getToken({ minValidityMs, signal })
    try {
      return await run(token, { signal, attempt: 1 })
    } catch (error) {
      if (signal.aborted || !isRejected(error)) throw error
      const renewed = getToken({ minValidityMs, rejected: token, signal })
      // Without a replay nobody waits: the newer token is there for the next try.
      const newer = renewed.catch(() => undefined)
      const next = replay ? await newer : undefined
      if (next === undefined) throw error
      return await run(next, { signal, attempt: 2 })
    }
  }
}

/** `ForageError`, and its older form `{ errors: [{ httpStatusCode }] }`. */
function isSdkRejection(error: unknown): boolean {
  const { httpStatusCode, errors } = asRecord(error)
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined
  return (httpStatusCode ?? asRecord(first)['httpStatusCode']) === 401
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
