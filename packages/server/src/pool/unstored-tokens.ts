import type { Emitter } from '../shared/events.ts'
import { fingerprint } from '../shared/fingerprint.ts'
import type { TokenRecord } from '../slot/slot-document.ts'
import { adoptLostMint, adoptToken, type Adoption, type WithdrawalReason } from '../slot/slot-draining.ts'
import type { SlotView } from '../slot/slot-view.ts'

export interface UnstoredTokensOptions {
  pool: string
  slot: SlotView
  emitter: Emitter
}

/** The tokens of this process that the store does not know, so that no other instance could ever revoke them. */
export class UnstoredTokens {
  readonly #options: UnstoredTokensOptions
  #tokens: Adoption[] = []
  /** The times until which the tokens of lost answers may be alive. */
  #lostMints: number[] = []

  constructor(options: UnstoredTokensOptions) {
    this.#options = options
  }

  get isEmpty(): boolean {
    return this.#tokens.length + this.#lostMints.length === 0
  }

  /** Returns whether the token is unknown to the store, and may be used. */
  isUsable(id: string): boolean {
    return this.#tokens.some(({ token, why }) => token.id === id && why === undefined)
  }

  add(adoption: Adoption): void {
    this.#tokens = [...this.#tokens, adoption]
  }

  addLostMint(until: number): void {
    this.#lostMints = [...this.#lostMints, until]
  }

  /** Removes a token that is dead. */
  forget(id: string): void {
    this.#tokens = this.#tokens.filter(({ token }) => token.id !== id)
  }

  /** Stops the use of these tokens, and returns them. They stay here until the fleet knows them, or they are dead. */
  withdraw(why: WithdrawalReason, id?: string): TokenRecord[] {
    const isMeant = ({ token }: Adoption): boolean => id === undefined || token.id === id
    const tokens = this.#tokens.filter(isMeant).map(({ token }) => token)
    this.#tokens = this.#tokens.map((each) => (isMeant(each) ? { token: each.token, why } : each))
    return tokens
  }

  /** Registers everything in the slot: the fleet adopts or drains the tokens. Rejects if the store is still down. */
  async register(): Promise<void> {
    for (const until of this.#lostMints) {
      await this.#options.slot.change(adoptLostMint, { until })
      this.#lostMints = this.#lostMints.filter((each) => each !== until)
    }
    for (const adoption of this.#tokens) await this.#registerToken(adoption)
  }

  async #registerToken(adoption: Adoption): Promise<void> {
    const { pool, slot, emitter } = this.#options
    const { id, token } = adoption.token
    const { doc } = await slot.change(adoptToken, adoption)
    this.forget(id)
    const isCurrent = doc.current?.id === id
    const mark = fingerprint(token)
    emitter.emit({ type: 'authentication-token-adopted', pool, fingerprint: mark, isCurrent })
  }
}
