import { ForageSessionError } from '@forage-session/core'

import {
  remembered,
  waitAfter,
  type FailureMemory,
} from '../../../../packages/core/src/requests/failure-memory.ts'
import { plan } from '../../../../packages/core/src/requests/renewal-plan.ts'
import { nextAllowed, spend, type Budget } from '../../../../packages/core/src/requests/request-budget.ts'
import type { HeldToken } from '../../../../packages/core/src/token/token-lifetime.ts'
import type { Random } from '../random.ts'
import { minuteMs } from './day.ts'

export interface SessionRules {
  /** Whether random delays spread renewals and retries. */
  readonly jitter: boolean
  /** Whether concurrent requests and tabs share one token request, and the backend shares its answer for 10 s. */
  readonly coalescing: boolean
  /** Whether a failure stops token requests until its `retryAt`. */
  readonly failureMemory: boolean
}

/** How token requests and API requests end. */
export interface SessionWorld {
  /** Sends a token request at that time. Returns false if it gets no answer. */
  tokenRequest(at: number, reason: 'first' | 'renewal' | 'expired' | 'rejected'): boolean
  /** Sends a request to Forage with a token minted at `mintedAt`. Returns false for a 401. */
  apiRequest(at: number, mintedAt: number): boolean
}

const lifetimeMs = 15 * minuteMs
const minValidityMs = 30_000
const renewAt = 0.8
const renewJitter = 0.1
const budget: Budget = { max: 10, perMs: minuteMs }
/** The interval at which an application without a memory for failures retries. */
const impatientMs = 1000

const unreachable = new ForageSessionError('endpoint_unreachable', 'No answer.')

/** A token whose times are on the monotonic clock. `mintedAt` is the time at which Forage minted it. */
interface MintedToken extends HeldToken {
  readonly mintedAt: number
}

/**
 * A model of the session. It uses the same decisions as `createForageSession` (`plan`, `waitAfter`, `nextAllowed`)
 * without promises and timers, so that a million sessions live through a day in seconds. A test compares it with the
 * real session.
 */
export class ModeledSession {
  readonly #rules: SessionRules
  readonly #world: SessionWorld
  readonly #random: Random
  #token: MintedToken | undefined
  #missing: 'first' | 'expired' | 'rejected' = 'first'
  #failures: FailureMemory = { failedInARow: 0 }
  #spentAt: readonly number[] = []
  #lastUsedAt = -Infinity
  #awakeFrom = -Infinity
  /** How much a step of the clock aged the token, which the timers do not know. */
  #agedByMs = 0

  constructor(rules: SessionRules, world: SessionWorld, random: Random) {
    this.#rules = rules
    this.#world = world
    this.#random = random
  }

  /** Runs the timers of a visible page up to a moment. */
  advance(to: number): void {
    for (let due = this.#dueBy(to); due !== undefined; due = this.#dueBy(to)) {
      if (!this.#current(due)) return
      this.#request(due)
    }
  }

  /** Marks the end of a time in which the page was hidden. */
  wake(at: number): void {
    this.#awakeFrom = at
  }

  step(byMs: number): void {
    this.#agedByMs += byMs
  }

  /** Sends concurrent requests. Returns the time to retry at, or undefined if all were answered. */
  use(at: number, requests: number): number | undefined {
    this.#lastUsedAt = at
    const token = this.#usable(at, requests)
    if (!token) return this.#retryAt(at)
    let rejected = 0
    for (let count = 0; count < requests; count += 1)
      if (!this.#world.apiRequest(at, token.mintedAt)) rejected += 1
    if (rejected === 0) return undefined
    this.#lose('rejected')
    const newer = this.#requestFor(at, rejected)
    if (!newer) return this.#retryAt(at)
    for (let count = 0; count < rejected; count += 1) this.#world.apiRequest(at, newer.mintedAt)
    return undefined
  }

  #usable(at: number, requests: number): MintedToken | undefined {
    const token = this.#current(at)
    const leftMs = token ? token.expiresAt - this.#agedByMs - at : 0
    if (!token || leftMs < minValidityMs) return this.#requestFor(at, requests) ?? this.#current(at)
    // The renewal runs in the background, and the caller keeps the current token.
    if (at >= token.renewAt || this.#agedByMs > 0) this.#request(at)
    return token
  }

  /** Requests a token for several callers: they share one request, or each sends its own. */
  #requestFor(at: number, callers: number): MintedToken | undefined {
    const token = this.#request(at)
    if (!this.#rules.coalescing) for (let count = 1; count < callers; count += 1) this.#request(at)
    return token
  }

  #retryAt(at: number): number {
    const { failure } = this.#failures
    return this.#rules.failureMemory && failure ? failure.retryAt : at + impatientMs
  }

  #current(at: number): MintedToken | undefined {
    if (this.#token && this.#token.expiresAt - this.#agedByMs <= at) {
      this.#lose('expired')
    }
    return this.#token
  }

  #lose(why: 'expired' | 'rejected'): void {
    this.#token = undefined
    this.#missing = why
    this.#failures.failure = undefined
  }

  #dueBy(to: number): number | undefined {
    const token = this.#token
    if (!token) return undefined
    const lastUsedAt = this.#lastUsedAt
    const now = Math.max(lastUsedAt, token.startedAt)
    const { failure } = this.#failures
    const next = plan({ held: token, missing: 'first', failure, renewWhen: 'in-use', lastUsedAt }, now, true)
    if (!next?.isRequest) return undefined
    // A timer waits for whole milliseconds.
    const due = Math.max(now + Math.ceil(next.inMs), now, this.#awakeFrom)
    return due <= to && due - lastUsedAt <= lifetimeMs ? due : undefined
  }

  #request(at: number): MintedToken | undefined {
    const { failureMemory, jitter } = this.#rules
    if (failureMemory && this.#isHeldOff(at)) return undefined
    this.#spentAt = spend(budget, this.#spentAt, at)
    const spread = jitter ? this.#random() : 0
    if (!this.#world.tokenRequest(at, this.#token ? 'renewal' : this.#missing)) {
      const retryAt = at + waitAfter(this.#failures, unreachable, 0, spread)
      // A failed early renewal lasts at most as long as its token.
      this.#holdOff(Math.min(retryAt, this.#token?.expiresAt ?? Infinity))
      this.#failures.failedInARow += 1
      return undefined
    }
    this.#failures = { failedInARow: 0 }
    this.#agedByMs = 0
    this.#token = minted(at, renewAt + renewJitter * spread)
    return this.#token
  }

  #isHeldOff(at: number): boolean {
    const allowedAt = nextAllowed(budget, this.#spentAt)
    if (allowedAt > at) this.#holdOff(allowedAt)
    return remembered(this.#failures, at) !== undefined
  }

  #holdOff(retryAt: number): void {
    this.#failures.failure = { error: unreachable, retryAt }
  }
}

function minted(at: number, renewAfter: number): MintedToken {
  return {
    value: '',
    fingerprint: '',
    startedAt: at,
    lifetimeMs,
    expiresAt: at + lifetimeMs,
    renewAt: at + lifetimeMs * renewAfter,
    via: 'endpoint',
    mintedAt: at,
  }
}
