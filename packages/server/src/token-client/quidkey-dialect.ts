import * as v from 'valibot'

import { failure, skewOf, type TokenFailure } from '../oauth/token-answer.ts'
import type { ServerClock } from '../shared/clock.ts'
import type { FailureKind } from '../shared/codes.ts'
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

// A header can carry only printable ASCII.
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

/** Speaks Quidkey's JSON, with answers in `{ success, data }` (docs.quidkey.com/guides/payment-api/concepts/authentication). */
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
  const { access_token, refresh_token, expires_in } = parsed.output.data
  const body = { access_token, ...(typeof expires_in === 'number' && { expires_in }) }
  return grantedTokens({ body, requestedAt, skewMs }, refresh_token ?? undefined)
}

/** Classifies by the status: the guide and the reference name different codes for a 401. */
function readError({ status, headers }: Response, text: string, now: number): TokenFailure {
  const code = errorCode(text)
  const facts = { status, retryAfterMs: retryAfterMs(headers, now), lost: false }
  return failure(failureKind(status, code !== undefined), code ?? `http_${status}`, facts)
}

function failureKind(status: number, isFromQuidkey: boolean): FailureKind {
  if (status === 429) return 'throttled'
  if (status === 401 || status === 403) return 'credential'
  // A 400 from a gateway has no code of Quidkey, and passes.
  return isFromQuidkey && (status === 400 || status === 422) ? 'config' : 'transient'
}

function errorCode(text: string): string | undefined {
  const parsed = v.safeParse(refusal, parseJson(text))
  return parsed.success ? parsed.output.error.code : undefined
}
