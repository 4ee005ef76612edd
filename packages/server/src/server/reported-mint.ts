import type { MintedToken } from '../calls/session-token-mint.ts'
import type { ServerClock } from '../shared/clock.ts'
import { isForageServerError } from '../shared/errors.ts'
import type { Emitter } from '../shared/events.ts'
import { fingerprint } from '../shared/fingerprint.ts'

/** Runs a mint and emits an event about its outcome. */
export async function reportedMint(
  pool: string,
  mint: () => Promise<MintedToken>,
  { emitter, clock }: { emitter: Emitter; clock: ServerClock },
): Promise<MintedToken> {
  const startedAt = clock.now()
  const durationMs = (): number => clock.now() - startedAt
  try {
    const minted = await mint()
    const { token, parent, expiresAt } = minted
    const marks = { fingerprint: fingerprint(token), parent }
    emitter.emit({ type: 'session-token-minted', pool, ...marks, expiresAt, durationMs: durationMs() })
    return minted
  } catch (error) {
    const code = isForageServerError(error) ? error.code : 'aborted'
    emitter.emit({ type: 'session-token-failed', pool, code, durationMs: durationMs() })
    throw error
  }
}
