import * as v from 'valibot'

import { skewOf } from '../oauth/oauth-client.ts'
import { failure, type TokenFailure } from '../oauth/token-answer.ts'
import type { ServerClock } from '../shared/clock.ts'
import type { FailureKind } from '../slot/slot-document.ts'
import { boundedFetch } from '../upstream/bounded-fetch.ts'
import { retryAfterMs } from '../upstream/retry-after.ts'
import { parseJson } from '../upstream/upstream-error-code.ts'
import { grantedTokens, type GrantAnswer, type RefreshDialect } from './refresh-dialect.ts'

export interface QuidkeyDialectOptions {
  tokenUrl: string
  refreshUrl: string
  clock: ServerClock
  fetch: typeof globalThis.fetch
}

// What a header can carry.
const credential = v.pipe(v.string(), v.regex(/^[\x21-\x7e]+$/))
const seconds = v.union([v.number(), v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number))])
const tokens = v.object({
  success: v.literal(true),
  data: v.object({
    access_token: credential,
    refresh_token: v.nullish(credential),
    expires_in: v.nullish(seconds),
  }),
})
const refusal = v.object({
  success: v.literal(false),
  error: v.object({ code: v.pipe(v.string(), v.regex(/^\w{1,64}$/)) }),
})

/** docs.quidkey.com/guides/payment-api/concepts/authentication: JSON both ways, answers in `{ success, data }`. */
export function createQuidkeyDialect(options: QuidkeyDialectOptions): RefreshDialect {
  return {
    authenticate: ({ clientId, clientSecret }, signal) => {
      // Older examples have no `grant_type`; the newer reference requires it.
      const body = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret }
      return post(options, options.tokenUrl, body, signal)
    },
    refresh: (refreshToken, _credentials, signal) =>
      post(options, options.refreshUrl, { refresh_token: refreshToken }, signal),
  }
}

async function post(
  { clock, fetch }: QuidkeyDialectOptions,
  url: string,
  body: Record<string, string>,
  signal: AbortSignal,
): Promise<GrantAnswer> {
  const requestedAt = clock.now()
  const headers = { accept: 'application/json', 'content-type': 'application/json' }
  const request = { method: 'POST', headers, body: JSON.stringify(body), signal }
  const response = await boundedFetch(fetch, url, request)
  const text = await response.text()
  if (!response.ok) return readError(response, text, clock.now())
  return readTokens(text, requestedAt, skewOf(response.headers, clock.now()))
}

function readTokens(text: string, requestedAt: number, skewMs: number | undefined): GrantAnswer {
  const parsed = v.safeParse(tokens, parseJson(text))
  if (!parsed.success)
    return failure('transient', errorCode(text) ?? 'unreadable_answer', { status: 200, lost: true })
  const { access_token: token, refresh_token, expires_in } = parsed.output.data
  const expiresInSeconds = expires_in ?? undefined
  return grantedTokens(
    { token, refreshToken: refresh_token ?? undefined, expiresInSeconds, scope: undefined, skewMs },
    requestedAt,
  )
}

/** By the status: the guide names one code for a 401, the reference another. */
function readError({ status, headers }: Response, text: string, now: number): TokenFailure {
  const code = errorCode(text)
  const facts = { status, retryAfterMs: retryAfterMs(headers, now), lost: false }
  return failure(failureKind(status, code !== undefined), code ?? `http_${status}`, facts)
}

function failureKind(status: number, isQuidkeys: boolean): FailureKind {
  if (status === 429) return 'throttled'
  if (status === 401 || status === 403) return 'credential'
  // A gateway's 400 is none of Quidkey's, and passes.
  return isQuidkeys && (status === 400 || status === 422) ? 'config' : 'transient'
}

function errorCode(text: string): string | undefined {
  const parsed = v.safeParse(refusal, parseJson(text))
  return parsed.success ? parsed.output.error.code : undefined
}
