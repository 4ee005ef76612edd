import type { ServerClock } from '../shared/clock.ts'
import type { TokenRecord } from '../slot/slot-document.ts'
import type { SlotView } from '../slot/slot-view.ts'
import { recordAcceptance } from '../slot/token-slot.ts'
import type { BackgroundWork } from './background-work.ts'
import type { TokenProbe, TokenVerdict } from './token-probe.ts'

const second = 1000
// An endpoint that refuses every call must not cause a probe for each of them.
const rememberedMs = 5 * second
// The slot remembers for ten minutes, so it need not be written with each probe.
const recordedMs = 60 * second

export interface TokenAcceptanceOptions {
  slot: SlotView
  probe: TokenProbe
  /** Whether the probe can tell. Default: true. */
  canProbe?: boolean
  clock: ServerClock
  background: Pick<BackgroundWork, 'sharesPromises'>
}

/**
 * Finds out, after a 401, whether the API still accepts the token. If it does, the 401 is about something else: one
 * endpoint, or one merchant.
 */
export class TokenAcceptance {
  readonly #options: TokenAcceptanceOptions
  #accepted: { id: string; at: number } | undefined
  #asking: { id: string; verdict: Promise<TokenVerdict> } | undefined

  constructor(options: TokenAcceptanceOptions) {
    this.#options = options
  }

  /** Returns the verdict, which all callers share for 5 s. Where no probe can tell, the token counts as refused. */
  async verdictOn(token: TokenRecord): Promise<TokenVerdict> {
    const { canProbe = true, background } = this.#options
    if (!canProbe) return 'refused'
    if (this.#isRemembered(token)) return 'accepted'
    if (!background.sharesPromises) return this.#ask(token)
    if (this.#asking?.id !== token.id) {
      const verdict = this.#ask(token).finally(() => {
        if (this.#asking?.verdict === verdict) this.#asking = undefined
      })
      this.#asking = { id: token.id, verdict }
    }
    return this.#asking.verdict
  }

  #isRemembered({ id }: TokenRecord): boolean {
    const now = this.#options.clock.now()
    const accepted = this.#accepted
    return accepted?.id === id && now >= accepted.at && now - accepted.at < rememberedMs
  }

  async #ask({ id, token }: TokenRecord): Promise<TokenVerdict> {
    const verdict = await this.#options.probe(token)
    if (verdict === 'accepted') await this.#remember(id)
    return verdict
  }

  /** For ten minutes, every instance probes before it drops the token. */
  async #remember(id: string): Promise<void> {
    const { slot, clock } = this.#options
    const at = clock.now()
    this.#accepted = { id, at }
    const last = slot.lastSeen?.acceptedAt ?? null
    if (last !== null && at >= last && at - last < recordedMs) return
    // Without the store, this process remembers it for itself.
    await slot.change(recordAcceptance, undefined).catch(() => {})
  }
}
