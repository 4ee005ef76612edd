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
   * The number of tokens that may be alive and that no one can name: mints whose answer was lost, tokens that are sealed
   * with an unknown key, and one more if the store lost the slot or does not answer. If it is not 0, not every token is
   * known to be dead. An instance with the key revokes the sealed ones when it reads the slot. Only `revokeAll` reaches the
   * others.
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

/** Returns whether the token is dead: Forage refuses it, or confirmed its revocation and gave no answer to the probe. */
export function isDead({ revoked, verified }: RevokedToken): boolean {
  return verified === 'dead' || (verified === 'unknown' && revoked)
}
