import { isDead, type CompromiseReport, type RevokedToken } from '../shared/compromise-report.ts'
import { ForageServerError } from '../shared/errors.ts'
import { fingerprint } from '../shared/fingerprint.ts'
import {
  isUsable,
  unknownTokens,
  type DrainingToken,
  type SlotDocument,
  type TokenRecord,
} from '../slot/slot-document.ts'
import { retired } from '../slot/slot-draining.ts'
import { dropRememberedTokens, dropTokens, forgetUnknown } from '../slot/slot-emergency.ts'
import { isStoreUnavailable } from '../slot/slot-error.ts'
import { forgetRevoked, postpone } from './revocation.ts'
import { mintToken, renewToken, type TokenRenewalOptions } from './token-renewal.ts'

const attempts = 3
const betweenAttemptsMs = 500

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
  /** The slot in the store; or in the memory of this process, if the store did not answer. */
  doc: SlotDocument
  /** The tokens to revoke. */
  tokens: DrainingToken[]
  /** Why the store does not know of it. */
  failure: ForageServerError | undefined
}

/** The report, and why the store does not know all of it. */
export interface Recovery {
  report: CompromiseReport
  failure: ForageServerError | undefined
}

/**
 * Drops the pool's tokens, so that all callers wait for the replacement. If the store does not answer, it drops those that
 * this process knows, and the store learns of it later.
 */
export async function drop(options: TokenRenewalOptions, forMs: number): Promise<DroppedTokens> {
  const { slot, local, clock, lifetimeMs } = options
  const startedAt = clock.now()
  const request = { owner: crypto.randomUUID(), lifetimeMs, forMs }
  try {
    await local.register()
    const { doc } = await slot.change(dropTokens, request)
    return { startedAt, doc, tokens: doc.draining.filter(isOpen), failure: undefined }
  } catch (error) {
    if (!isStoreUnavailable(error)) throw error
    const { doc } = await slot.changeMemory(dropRememberedTokens, request)
    const known = new Set(doc.draining.map(({ id }) => id))
    const own = local.drop().filter(({ id }) => !known.has(id))
    const tokens = [...doc.draining, ...own.map((token) => retired(token, startedAt, 'compromised'))]
    return { startedAt, doc, tokens: tokens.filter(isOpen), failure: error }
  }
}

function isOpen({ isSealed }: DrainingToken): boolean {
  return !isSealed
}

/**
 * Mints the replacement while every dropped token is revoked. Then it probes whether each is dead. `isRevoked`: a bulk
 * revocation has reached all tokens of the client, even unknown ones.
 */
export async function recover(
  options: TokenRenewalOptions,
  { startedAt, doc, tokens, failure }: DroppedTokens,
  { reason, merchantAccount }: Emergency,
  isRevoked = false,
): Promise<Recovery> {
  const { pool, clock, emitter, slot } = options
  const [replaced, revoked] = await Promise.all([
    replace(options, doc, failure).then((replacement) => ({ ...replacement, at: clock.now() })),
    Promise.all(tokens.map(async ({ token }) => isRevoked || revokePersistently(options, token))),
  ])
  const verified = await Promise.all(
    tokens.map((token, i) => verify(options, token, revoked[i]!, merchantAccount)),
  )
  const forgotten = isRevoked ? await slot.changeAnyway(forgetUnknown, { fence: doc.fence }) : undefined
  const report: CompromiseReport = {
    pool,
    reason,
    at: startedAt,
    tokens: verified.map(({ token }) => token),
    unknownTokens: isRevoked ? 0 : unknownTokens(doc, startedAt),
    replacement: replaced.token ? fingerprint(replaced.token.token) : null,
    recoveryMs: replaced.token ? replaced.at - startedAt : null,
  }
  const alive = report.tokens.filter((token) => !isDead(token)).length
  const { replacement, recoveryMs, unknownTokens: unknown } = report
  emitter.emit({ type: 'pool-recovered', pool, replacement, recoveryMs, alive, unknownTokens: unknown })
  const failures = [replaced.failure, ...verified.map((each) => each.failure), forgotten]
  return { report, failure: failures.find((each) => each !== undefined) }
}

/** Returns the error of a compromise that could not change the store. */
export function incompleteCompromise({ report, failure }: Recovery): ForageServerError {
  const dead = report.tokens.filter(isDead).length
  return new ForageServerError(
    'store_unavailable',
    `${failure!.message}: ${dead} of ${report.tokens.length} tokens that this process knows are dead, others may be alive`,
    {
      remedy: `Call \`compromise\` again when the store answers. ${failure!.remedy}`,
      retryAt: failure!.retryAt,
      cause: failure!.cause as Error | undefined,
      report,
    },
  )
}

interface Replacement {
  token?: TokenRecord | undefined
  failure?: ForageServerError | undefined
}

/** Mints a new token; without the store, one for this process alone. */
async function replace(
  options: TokenRenewalOptions,
  doc: SlotDocument,
  storeFailure: ForageServerError | undefined,
): Promise<Replacement> {
  const { slot, local, clock } = options
  if (doc.frozen) return { failure: storeFailure }
  if (storeFailure) return { token: await local.get().catch(() => undefined), failure: storeFailure }
  try {
    const usable = (): TokenRecord | undefined => {
      const current = slot.lastSeen?.current ?? null
      return isUsable(current, clock.now()) ? current : undefined
    }
    const minted = await mintToken(options, { leased: doc, why: 'rotated' })
    if (minted) return { token: minted }
    // Another emergency may have taken over the lease, or the store lost it. After a failed mint, this one is refused.
    if (!usable()) await renewToken(options, { why: 'renewed', seen: null })
    return { token: usable() }
  } catch (failure) {
    if (!isStoreUnavailable(failure)) throw failure
    return { token: local.usable, failure }
  }
}

async function revokePersistently({ oauth, slot }: TokenRenewalOptions, token: string): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    if (await oauth.revoke(token)) return true
    if (attempt === attempts) return false
    await slot.pause(betweenAttemptsMs)
  }
}

interface Verified {
  token: RevokedToken
  failure: ForageServerError | undefined
}

async function verify(
  options: TokenRenewalOptions,
  token: DrainingToken,
  revoked: boolean,
  merchantAccount: string | undefined,
): Promise<Verified> {
  const verdict = await options.probe(token.token, merchantAccount)
  const verified = ({ refused: 'dead', accepted: 'alive', unknown: 'unknown' } as const)[verdict]
  const result = { fingerprint: fingerprint(token.token), revoked, verified }
  const failure = await (isDead(result) ? forgetRevoked(options, token) : postpone(options, token))
  return { token: result, failure }
}
