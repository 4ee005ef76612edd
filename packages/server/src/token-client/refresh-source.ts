import { withCredentials } from '../oauth/oauth-exchange.ts'
import { failedRequest, failure, type TokenAnswer, type TokenFailure } from '../oauth/token-answer.ts'
import type { ServerClock } from '../shared/clock.ts'
import type { CredentialsReader } from '../shared/credentials.ts'
import { withDeadline } from '../shared/deadline.ts'
import type { Emitter } from '../shared/events.ts'
import {
  issuedRefreshToken,
  isSpendable,
  usedRefreshToken,
  type RefreshToken,
} from '../slot/refresh-token.ts'
import { isUsable, type SlotDocument } from '../slot/slot-document.ts'
import { dropRefreshToken, spendRefreshToken } from '../slot/slot-refresh.ts'
import type { SlotView } from '../slot/slot-view.ts'
import { isTemporaryStatus } from '../upstream/temporary-status.ts'
import type { GrantAnswer, GrantedTokens, RefreshDialect } from './refresh-dialect.ts'

// One lease of 15 s is long enough for both requests in a row and for the store between them.
const refreshTimeoutMs = 5000
const authenticationTimeoutMs = 8000

export interface RefreshSourceOptions {
  pool: string
  dialect: RefreshDialect
  credentials: CredentialsReader
  slot: SlotView
  /** How long a refresh token lives from its first issue, in ms. */
  refreshLifetimeMs: number
  emitter: Emitter
  clock: ServerClock
  random: () => number
}

/**
 * Requests an access token under the lease: with the refresh token in the slot, or with the credentials if there is no
 * refresh token, or if it failed.
 */
export async function requestByRefresh(
  options: RefreshSourceOptions,
  leased: SlotDocument,
): Promise<TokenAnswer> {
  const { refresh } = leased
  if (!isSpendable(refresh, options.clock.now())) return requestByCredentials(options)
  if (!(await spend(options, leased, refresh))) return overtaken
  const answer = await sendRefreshToken(options, refresh)
  if (answer.ok) return renewed(options, answer, refresh)
  const next = await afterFailedRefresh(options, leased, answer)
  const { code, status } = answer
  const fellBack = next === 'authenticate'
  options.emitter.emit({ type: 'token-refresh-failed', pool: options.pool, code, status, fellBack })
  return next === 'authenticate' ? requestByCredentials(options) : next
}

/** Requests an access token with the client's credentials. Never rejects. */
export async function requestByCredentials(options: RefreshSourceOptions): Promise<TokenAnswer> {
  const { dialect, credentials } = options
  const answer = await within(options, authenticationTimeoutMs, (signal) =>
    withCredentials(credentials, (current) => dialect.authenticate(current, signal)),
  )
  return answer.ok ? issued(options, answer) : answer
}

async function within(
  { clock }: RefreshSourceOptions,
  ms: number,
  request: (signal: AbortSignal) => Promise<GrantAnswer>,
): Promise<GrantAnswer> {
  return withDeadline(clock, ms, undefined, request).catch((error: unknown) =>
    failedRequest(error, clock.now()),
  )
}

/** Returns whether the refresh token may be sent. If it rotates, or may rotate, the slot records the use first. */
async function spend(
  { slot }: RefreshSourceOptions,
  { fence }: SlotDocument,
  { id, rotates }: RefreshToken,
): Promise<boolean> {
  if (rotates === false) return true
  const { refused } = await slot.change(spendRefreshToken, { fence, id })
  return refused === undefined
}

async function sendRefreshToken(
  options: RefreshSourceOptions,
  { token }: RefreshToken,
): Promise<GrantAnswer> {
  const { dialect, credentials } = options
  return within(options, refreshTimeoutMs, (signal) => dialect.refresh(token, credentials, signal))
}

/**
 * Decides what follows a failed refresh. A refused refresh token is dropped. While the current token is usable, a lost
 * answer is no reason to send the secret, and neither is a throttled request.
 */
async function afterFailedRefresh(
  { slot, clock }: RefreshSourceOptions,
  { current, fence }: SlotDocument,
  answer: TokenFailure,
): Promise<'authenticate' | TokenFailure> {
  if (isRefusal(answer)) {
    const { refused } = await slot.change(dropRefreshToken, { fence })
    return refused === undefined ? 'authenticate' : overtaken
  }
  return answer.kind === 'throttled' || isUsable(current, clock.now()) ? answer : 'authenticate'
}

/** A 4xx of the server itself. The others pass, and the refresh token is good. */
function isRefusal({ status = 0, code }: TokenFailure): boolean {
  return status >= 400 && status < 500 && !isTemporaryStatus(status) && code !== 'firewall_page'
}

// Another instance holds the lease now: its token is in the slot, or will be.
const overtaken: TokenFailure = failure('transient', 'overtaken', { lost: false })

function renewed(
  { emitter, pool }: RefreshSourceOptions,
  { refreshToken, ...answer }: GrantedTokens,
  used: RefreshToken,
): TokenAnswer {
  const refresh = usedRefreshToken(used, refreshToken)
  emitter.emit({ type: 'token-refreshed', pool, rotated: refresh.rotates === true })
  return { ...answer, grant: 'refresh_token', refresh }
}

function issued(
  { refreshLifetimeMs, random }: RefreshSourceOptions,
  { refreshToken, ...answer }: GrantedTokens,
): TokenAnswer {
  const { requestedAt } = answer
  const refresh =
    refreshToken === undefined
      ? null
      : issuedRefreshToken(refreshToken, requestedAt, refreshLifetimeMs, random())
  return { ...answer, grant: 'client_credentials', refresh }
}
