import type { ServerClock } from '../shared/clock.ts'
import { isFromFuture, type SlotFailure } from './slot-document.ts'

/**
 * A failure of this instance alone, such as refused credentials: the others may have a newer secret, or another scope. It
 * ends at its `nextAttemptAt`, and with the process.
 */
export class OwnFailure {
  readonly #clock: ServerClock
  #last: SlotFailure | undefined

  constructor(clock: ServerClock) {
    this.#clock = clock
  }

  /** The failure, until the next attempt. */
  get current(): SlotFailure | undefined {
    const now = this.#clock.now()
    return this.#last && now < this.#last.nextAttemptAt && !isFromFuture(this.#last.at, now)
      ? this.#last
      : undefined
  }

  /** The last failure since the last success, to count failures in a row. */
  get last(): SlotFailure | null {
    return this.#last ?? null
  }

  set(failure: SlotFailure): void {
    this.#last = failure
  }

  clear(): void {
    this.#last = undefined
  }
}
