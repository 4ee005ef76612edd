import { failure, lostAnswer, type TokenAnswer, type TokenFailure } from '../oauth/token-answer.ts'
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
import type { GrantAnswer, GrantedTokens, RefreshDialect } from './refresh-dialect.ts'

// Both in a row, and what the store takes between them, fit into one lease of 15 s.
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

/** By the refresh token in the slot, under the lease; by the credentials where there is none, or it failed. */
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

/** One token by the client's credentials, which are read again once if they are refused; never rejects. */
export async function requestByCredentials(options: RefreshSourceOptions): Promise<TokenAnswer> {
  const { clock } = options
  const answer = await withDeadline(clock, authenticationTimeoutMs, undefined, (signal) =>
    authenticate(options, signal),
  ).catch(lostAnswer)
  return answer.ok ? issued(options, answer) : answer
}

async function authenticate(
  { dialect, credentials }: RefreshSourceOptions,
  signal: AbortSignal,
): Promise<GrantAnswer> {
  const known = await credentials.read().catch(() => undefined)
  if (!known) return failure('transient', 'credentials_unavailable', { lost: false })
  const answer = await dialect.authenticate(known, signal)
  if (answer.ok || answer.kind !== 'credential') return answer
  const rotated = await credentials.readAgain().catch(() => undefined)
  return rotated ? dialect.authenticate(rotated, signal) : answer
}

/** Whether it may be sent: one that rotates, or may, is marked first. */
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
  { dialect, credentials, clock }: RefreshSourceOptions,
  { token }: RefreshToken,
): Promise<GrantAnswer> {
  return withDeadline(clock, refreshTimeoutMs, undefined, (signal) =>
    dialect.refresh(token, credentials, signal),
  ).catch(lostAnswer)
}

/**
 * A refused refresh token is not tried again. One that got no answer is no reason to send the secret while the
 * current token serves, nor is a server that asks for patience.
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

function isRefusal({ status = 0 }: TokenFailure): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429
}

// Another instance holds the lease by now: its token is in the slot, or will be.
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
