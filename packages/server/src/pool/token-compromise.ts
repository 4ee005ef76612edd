import { fingerprint } from '../shared/fingerprint.ts'
import {
  sealedTokens,
  type DrainingToken,
  type SlotDocument,
  type TokenRecord,
} from '../slot/slot-document.ts'
import { dropTokens } from '../slot/slot-emergency.ts'
import { forgetRevoked, postpone } from './revocation.ts'
import { mintToken, type TokenRenewalOptions } from './token-renewal.ts'

const attempts = 3
const betweenAttemptsMs = 500

/** The result of `compromise`, without a token. */
export interface CompromiseReport {
  /** The name of the pool. */
  pool: string
  /** The reason that was given. */
  reason: string
  /** The time when the call began, in ms since the epoch on the server's clock. */
  at: number
  /** Every known token of the pool. */
  tokens: RevokedToken[]
  /**
   * The number of mints whose answer was lost, and of tokens that are sealed with an unknown key. Only `revokeAll` reaches
   * the former if they are alive. An instance with the key revokes the latter when it reads the slot.
   */
  unknownTokens: number
  /** The fingerprint of the new token. Null if no token could be minted yet, or if the pool is frozen. */
  replacement: string | null
  /** The time from the call until checkouts could be served again, in ms. Null without a new token. */
  recoveryMs: number | null
}

/** A token that `compromise` revoked. */
export interface RevokedToken {
  /** 8 hex digits that stand for the token. */
  fingerprint: string
  /** Whether Forage confirmed the revocation. */
  revoked: boolean
  /** The result of a probe after the revocation. Unless it is `dead`, the next reader of the slot revokes it again. */
  verified: 'dead' | 'alive' | 'unknown'
}

/** The reason for `compromise`. */
export interface Emergency {
  /** 1 to 200 characters for the events and the report. It must not hold a token. Required. */
  reason: string
  /** Sent with the probes. Default: no merchant, which Forage refuses for another reason than a dead token. */
  merchantAccount?: string | undefined
}

/** A slot after all its tokens were dropped, with the lease to replace them. */
export interface DroppedTokens {
  startedAt: number
  leased: SlotDocument
}

/**
 * Drops the pool's tokens, so that all callers wait for the replacement. If the store does not answer, only the token of
 * this process is revoked, and it rejects.
 */
export async function drop(options: TokenRenewalOptions, forMs: number): Promise<DroppedTokens> {
  const { slot, local, clock, lifetimeMs } = options
  const startedAt = clock.now()
  try {
    await local.register()
    const { doc: leased } = await slot.change(dropTokens, { owner: crypto.randomUUID(), lifetimeMs, forMs })
    return { startedAt, leased }
  } catch (error) {
    await local.revoke()
    throw error
  }
}

/** Mints the replacement while every dropped token is revoked. Then it probes whether each is dead. */
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
    known.map((token, i) => verify(options, token, revoked[i] === true, merchantAccount)),
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

async function verify(
  options: TokenRenewalOptions,
  token: DrainingToken,
  revoked: boolean,
  merchantAccount: string | undefined,
): Promise<RevokedToken> {
  const verdict = await options.probe(token.token, merchantAccount)
  const isDead = verdict === 'refused' || (verdict === 'unknown' && revoked)
  await (isDead ? forgetRevoked(options, token) : postpone(options, token))
  const verified = ({ refused: 'dead', accepted: 'alive', unknown: 'unknown' } as const)[verdict]
  return { fingerprint: fingerprint(token.token), revoked, verified }
}
