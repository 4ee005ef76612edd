import * as v from 'valibot'

import { answerWithoutToken, failure, skewOf, type TokenFailure } from '../oauth/token-answer.ts'
import { readGrant } from '../oauth/token-grant.ts'
import type { ServerClock } from '../shared/clock.ts'
import type { FailureKind } from '../shared/codes.ts'
import { boundedFetch } from '../upstream/bounded-fetch.ts'
import { retryAfterMs } from '../upstream/retry-after.ts'
import { parseJson } from '../upstream/upstream-error-code.ts'
import { isWebPage } from '../upstream/web-page.ts'
import { grantedTokens, type GrantAnswer, type RefreshDialect } from './refresh-dialect.ts'

export interface QuidkeyDialectOptions {
  tokenUrl: string
  refreshUrl: string
  clock: ServerClock
  fetch: typeof globalThis.fetch
}

// A token that arrived is used, also from an answer without `success`.
const tokens = v.object({ success: v.nullish(v.literal(true)), data: v.unknown() })
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
  const now = clock.now()
  if (!response.ok) return readError(response, text, now)
  const parsed = v.safeParse(tokens, parseJson(text))
  const grant = parsed.success ? readGrant(parsed.output.data) : undefined
  if (grant) return grantedTokens({ grant, requestedAt, skewMs: skewOf(response.headers, now) })
  const withoutToken = answerWithoutToken(response, text)
  return { ...withoutToken, code: errorCode(text) ?? withoutToken.code }
}

/** Classifies by the status: the guide and the reference name different codes for a 401. */
function readError(response: Response, text: string, now: number): TokenFailure {
  const { status, headers } = response
  const facts = { status, retryAfterMs: retryAfterMs(status, headers, now), lost: false }
  const code = errorCode(text)
  const isPage = isWebPage(response, text)
  const kind = isPage && status !== 429 ? 'transient' : failureKind(status, code !== undefined)
  return failure(kind, isPage ? 'firewall_page' : (code ?? `http_${status}`), facts)
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
