import type { OAuthClient } from '../oauth/oauth-client.ts'
import type { Emitter } from '../shared/events.ts'
import { fingerprint } from '../shared/fingerprint.ts'
import type { TokenRecord } from '../slot/slot-document.ts'
import { adoptToken, type Adoption } from '../slot/slot-draining.ts'
import type { SlotView } from '../slot/slot-view.ts'

export interface UnstoredTokensOptions {
  pool: string
  slot: SlotView
  oauth: OAuthClient
  emitter: Emitter
}

/** The tokens of this process that the store does not know, so that no other instance could ever revoke them. */
export class UnstoredTokens {
  readonly #options: UnstoredTokensOptions
  #tokens: Adoption[] = []

  constructor(options: UnstoredTokensOptions) {
    this.#options = options
  }

  get all(): readonly Adoption[] {
    return this.#tokens
  }

  has(id: string): boolean {
    return this.#tokens.some(({ token }) => token.id === id)
  }

  add(adoption: Adoption): void {
    this.#tokens = [...this.#tokens, adoption]
  }

  forget(id: string): void {
    this.#tokens = this.#tokens.filter(({ token }) => token.id !== id)
  }

  /** Registers the token in the slot: the fleet adopts it, or drains it. Rejects if the store is still down. */
  async register(adoption: Adoption): Promise<void> {
    const { pool, slot, emitter } = this.#options
    const { id, token } = adoption.token
    const { doc } = await slot.change(adoptToken, adoption)
    this.forget(id)
    const isCurrent = doc.current?.id === id
    const mark = fingerprint(token)
    emitter.emit({ type: 'authentication-token-adopted', pool, fingerprint: mark, isCurrent })
  }

  /** Revokes each token, because it leaked. If that fails, the fleet revokes it when the store returns. */
  async revoke(): Promise<void> {
    this.#tokens = this.#tokens.map(({ token }) => ({ token, isLeaked: true }))
    await Promise.all(this.#tokens.map(({ token }) => this.#revokeOne(token)))
  }

  async #revokeOne({ id, token }: TokenRecord): Promise<void> {
    const { pool, oauth, emitter } = this.#options
    if (!(await oauth.revoke(token))) return
    this.forget(id)
    const mark = fingerprint(token)
    emitter.emit({ type: 'authentication-token-revoked', pool, fingerprint: mark, why: 'compromised' })
  }
}
