/** Thrown if an answer contradicts the fact. */
export class Mismatch extends Error {
  override readonly name = 'Mismatch'
}

/** Thrown if the fact cannot be checked with this server. The message says why. */
export class Skip extends Error {
  override readonly name = 'Skip'
}
