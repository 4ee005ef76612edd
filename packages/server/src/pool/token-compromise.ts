import { fingerprint } from '../shared/fingerprint.ts'
import {
  sealedTokens,
  type DrainingToken,
  type SlotDocument,
  type TokenRecord,
} from '../slot/slot-document.ts'
import { dropTokens } from '../slot/slot-emergency.ts'
import { postpone, settleRevoked } from './revocation.ts'
import { mintToken, type TokenRenewalOptions } from './token-renewal.ts'

const attempts = 3
const betweenAttemptsMs = 500

/** What `compromise` did, without a token in it. */
export interface CompromiseReport {
  /** Its name. */
  pool: string
  /** As it was given. */
  reason: string
  /** When it began, in ms on the server's clock. */
  at: number
  /** Every token of the pool that was known. */
  tokens: RevokedToken[]
  /**
   * Mints whose answer was lost: if one is alive, only `revokeAll` reaches it. And tokens sealed with a key that is not
   * here: who has it revokes them, as soon as it reads the slot.
   */
  unknownTokens: number
  /** Fingerprint of the token that replaced them; null if none could be had yet, or the pool is frozen. */
  replacement: string | null
  /** From the call until checkouts could be served again, in ms. */
  recoveryMs: number | null
}

/** One token that `compromise` revoked. */
export interface RevokedToken {
  /** 8 hex digits that tell tokens apart. */
  fingerprint: string
  /** Whether Forage confirmed the revocation. */
  revoked: boolean
  /** What the API said when the token was used afterwards. What is not `dead` is revoked again by whoever comes next. */
  verified: 'dead' | 'alive' | 'unknown'
}

/** Why a pool's tokens are revoked. */
export interface Emergency {
  /** Kept in events and in the report. Required. */
  reason: string
  /** Sent with the calls that verify. Default: none, which Forage refuses for another reason than a dead token. */
  merchantAccount?: string | undefined
}

/** The pool's tokens, dropped, and the lease to replace them. */
export interface DroppedTokens {
  startedAt: number
  leased: SlotDocument
}

/**
 * Nobody uses the pool's tokens from here on; everybody waits for the replacement. Rejects if the store does not
 * answer: then this process's own token is revoked, and no other.
 */
export async function drop(options: TokenRenewalOptions, forMs: number): Promise<DroppedTokens> {
  const { slot, local, clock, lifetimeMs } = options
  const startedAt = clock.now()
  try {
    await local.bringHome()
    const { doc: leased } = await slot.change(dropTokens, { owner: crypto.randomUUID(), lifetimeMs, forMs })
    return { startedAt, leased }
  } catch (error) {
    await local.revoke()
    throw error
  }
}

/** Mints the replacement while every dropped token is revoked, then has the API confirm that each is dead. */
export async function recover(
  options: TokenRenewalOptions,
  { startedAt, leased }: DroppedTokens,
  { reason, merchantAccount }: Emergency,
  revoke: (token: string) => Promise<boolean> = (token) => revokePersistently(options, token),
): Promise<CompromiseReport> {
  const { pool, clock, emitter } = options
  const known = leased.draining.filter(({ isSealed }) => !isSealed)
  const [replaced, revoked] = await Promise.all([
    replace(options, leased).then((token) => token && { token, at: clock.now() }),
    Promise.all(known.map(async ({ token }) => revoke(token))),
  ])
  const tokens = await Promise.all(
    known.map((token, i) => confirm(options, token, revoked[i] === true, merchantAccount)),
  )
  const replacement = replaced ? fingerprint(replaced.token.token) : null
  const recoveryMs = replaced ? replaced.at - startedAt : null
  emitter.emit({ type: 'pool-recovered', pool, replacement, recoveryMs })
  const unknownTokens = leased.suspects.length + sealedTokens(leased).length
  return { pool, reason, at: startedAt, tokens, unknownTokens, replacement, recoveryMs }
}

async function replace(options: TokenRenewalOptions, leased: SlotDocument): Promise<TokenRecord | undefined> {
  return leased.lease ? mintToken(options, { leased, why: 'rotated' }) : undefined
}

async function revokePersistently({ oauth, slot }: TokenRenewalOptions, token: string): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    if (await oauth.revoke(token)) return true
    if (attempt === attempts) return false
    await slot.pause(betweenAttemptsMs)
  }
}

async function confirm(
  options: TokenRenewalOptions,
  token: DrainingToken,
  revoked: boolean,
  merchantAccount: string | undefined,
): Promise<RevokedToken> {
  const verdict = await options.probe(token.token, merchantAccount)
  const isDead = verdict === 'refused' || (verdict === 'unknown' && revoked)
  await (isDead ? settleRevoked(options, token) : postpone(options, token))
  const verified = ({ refused: 'dead', accepted: 'alive', unknown: 'unknown' } as const)[verdict]
  return { fingerprint: fingerprint(token.token), revoked, verified }
}
