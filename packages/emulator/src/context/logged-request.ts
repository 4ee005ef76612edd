/** One request, after its answer. It names a token by its fingerprint. */
export interface LoggedRequest {
  /** The emulator's time of arrival, in ms since the epoch. */
  readonly at: number
  /** The method, in capital letters. */
  readonly method: string
  /** The path without the query. */
  readonly path: string
  /** The status of the answer. 0: the connection was dropped before the answer. */
  readonly status: number
  /** The fingerprint of the bearer token, if there was one. */
  readonly fingerprint?: string
  /** The request's `Idempotency-Key`, if there was one. */
  readonly idempotencyKey?: string
}

/** A request that was just answered, or whose connection was dropped. */
export interface AnsweredRequest extends LoggedRequest {
  /** The time from its arrival to its answer, by the emulator's clock. */
  readonly durationMs: number
}
