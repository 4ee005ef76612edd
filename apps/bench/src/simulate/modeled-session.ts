import { ForageSessionError } from '@forage-session/core'

import { noFailures, remember } from '../../../../packages/core/src/requests/failure-memory.ts'
import { plan } from '../../../../packages/core/src/requests/renewal-plan.ts'
import { nextAllowed, spend, type Budget } from '../../../../packages/core/src/requests/request-budget.ts'
import type { HeldToken } from '../../../../packages/core/src/token/token-lifetime.ts'
import type { Random } from '../random.ts'
import { minuteMs } from './day.ts'

export interface SessionRules {
  /** Renewals and retries are spread. */
  readonly jitter: boolean
  /** Requests at once, and tabs, share one token request; the backend joins those of 10 s. */
  readonly coalescing: boolean
  /** After a failure nobody asks before its time. */
  readonly failureMemory: boolean
}

/** What happens to a token request, and to a request with its token. */
export interface SessionWorld {
  /** A token request at that time; false: no answer. */
  tokenRequest(at: number, reason: 'first' | 'renewal' | 'expired' | 'rejected'): boolean
  /** A request to Forage with a token of that age; false: 401. */
  apiRequest(at: number, mintedAt: number): boolean
}

const lifetimeMs = 15 * minuteMs
const minValidityMs = 30_000
const renewAt = 0.8
const renewJitter = 0.1
const budget: Budget = { max: 10, perMs: minuteMs }
/** What an application without a memory for failures does. */
const impatientMs = 1000

const unreachable = new ForageSessionError('endpoint_unreachable', 'No answer.')

/** Its times are those of the monotonic clock; `mintedAt` is when Forage made it. */
interface MintedToken extends HeldToken {
  readonly mintedAt: number
}

/**
 * A session by the decisions that `createForageSession` is made of (`plan`, `remember`, `nextAllowed`), without its
 * promises and timers: a million of them live through a day in seconds. A test holds it against the real one.
 */
export class ModelledSession {
  readonly #rules: SessionRules
  readonly #world: SessionWorld
  readonly #random: Random
  #token: MintedToken | undefined
  #missing: 'first' | 'expired' | 'rejected' = 'first'
  #failures = noFailures
  #spentAt: readonly number[] = []
  #lastUsedAt = -Infinity
  #awakeFrom = -Infinity
  /** By a step of the clock: the token may be older than the timers know. */
  #agedByMs = 0

  constructor(rules: SessionRules, world: SessionWorld, random: Random) {
    this.#rules = rules
    this.#world = world
    this.#random = random
  }

  /** The timers of a visible page, up to a moment. */
  advance(to: number): void {
    for (let due = this.#dueBy(to); due !== undefined; due = this.#dueBy(to)) {
      if (!this.#current(due)) return
      this.#ask(due)
    }
  }

  /** The page was hidden until now. */
  wake(at: number): void {
    this.#awakeFrom = at
  }

  step(byMs: number): void {
    this.#agedByMs += byMs
  }

  /** Requests at once. Returns when to try again; undefined: all were answered. */
  use(at: number, requests: number): number | undefined {
    this.#lastUsedAt = at
    const token = this.#usable(at, requests)
    if (!token) return this.#retryAt(at)
    let refused = 0
    for (let count = 0; count < requests; count += 1)
      if (!this.#world.apiRequest(at, token.mintedAt)) refused += 1
    if (refused === 0) return undefined
    this.#token = undefined
    this.#missing = 'rejected'
    const newer = this.#askFor(at, refused)
    if (!newer) return this.#retryAt(at)
    for (let count = 0; count < refused; count += 1) this.#world.apiRequest(at, newer.mintedAt)
    return undefined
  }

  #usable(at: number, requests: number): MintedToken | undefined {
    const token = this.#current(at)
    const leftMs = token ? token.expiresAt - this.#agedByMs - at : 0
    if (!token || leftMs < minValidityMs) return this.#askFor(at, requests) ?? this.#current(at)
    // In the background: whoever uses it keeps the token there is.
    if (at >= token.renewAt || this.#agedByMs > 0) this.#ask(at)
    return token
  }

  /** Those who ask at once share one request, or each makes its own. */
  #askFor(at: number, callers: number): MintedToken | undefined {
    const asked = this.#ask(at)
    if (!this.#rules.coalescing) for (let count = 1; count < callers; count += 1) this.#ask(at)
    return asked
  }

  #retryAt(at: number): number {
    const { last } = this.#failures
    return this.#rules.failureMemory && last ? last.retryAt : at + impatientMs
  }

  #current(at: number): MintedToken | undefined {
    if (this.#token && this.#token.expiresAt - this.#agedByMs <= at) {
      this.#token = undefined
      this.#missing = 'expired'
    }
    return this.#token
  }

  #dueBy(to: number): number | undefined {
    const token = this.#token
    if (!token) return undefined
    const lastUsedAt = this.#lastUsedAt
    const now = Math.max(lastUsedAt, token.startedAt)
    const { last } = this.#failures
    const next = plan({ ...timersOf, now, token, retryAt: last?.retryAt, lastUsedAt })
    if (!next?.asks) return undefined
    const due = Math.max(now + next.inMs, now, this.#awakeFrom)
    return due <= to && due - lastUsedAt <= lifetimeMs ? due : undefined
  }

  #ask(at: number): MintedToken | undefined {
    const { failureMemory, jitter } = this.#rules
    if (failureMemory && this.#isHeldOff(at)) return undefined
    this.#spentAt = spend(budget, this.#spentAt, at)
    const spread = jitter ? this.#random() : 0
    if (!this.#world.tokenRequest(at, this.#token ? 'renewal' : this.#missing)) {
      this.#failures = remember(this.#failures, unreachable, { now: at, random: spread, retryAfterMs: 0 })
      return undefined
    }
    this.#failures = noFailures
    this.#agedByMs = 0
    this.#token = minted(at, renewAt + renewJitter * spread)
    return this.#token
  }

  #isHeldOff(at: number): boolean {
    const allowedAt = nextAllowed(budget, this.#spentAt)
    if (allowedAt > at)
      this.#failures = { ...this.#failures, last: { error: unreachable, retryAt: allowedAt } }
    const { last } = this.#failures
    return last !== undefined && at < last.retryAt
  }
}

const timersOf = { lapsed: false, fetching: false, renewWhen: 'in-use', visible: true } as const

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
