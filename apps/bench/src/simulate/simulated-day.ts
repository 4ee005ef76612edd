import { randomFrom } from '../random.ts'
import { drawLife, type CheckoutLife } from './checkout-life.ts'
import { dayMs, secondMs } from './day.ts'
import { liveThrough } from './live-through.ts'
import type { SessionRules, SessionWorld } from './modeled-session.ts'
import { answers, type Weather } from './weather.ts'

/** Counts for every second from midnight. Checkouts that continue after the day count as well. */
export interface SimulatedDay {
  readonly apiRequests: Uint32Array
  /** Token requests that reach the merchant's endpoint. */
  readonly merchant: Uint32Array
  /** Session tokens that the backend requests from Forage. */
  readonly upstream: Uint32Array
  /** Open checkouts at the time of the revocation. */
  readonly live: number
  /** Token requests of these checkouts that the revocation caused. */
  readonly afterRevocation: number
}

export interface DayOptions {
  readonly checkouts: number
  readonly rules: SessionRules
  readonly weather: Weather
  readonly seed: number
}

const seconds = dayMs / secondMs + 6 * 3600
const lifetimeMs = 15 * 60_000
/** The time, in ms, for which the merchant's endpoint gives all token requests of one checkout the same answer. */
const keptMs = 10_000

export function simulateDay({ checkouts, rules, weather, seed }: DayOptions): SimulatedDay {
  // Lives have their own random numbers, so that they are the same under all rules.
  const [lives, luck] = [randomFrom(seed), randomFrom(seed + 1)]
  const [apiRequests, merchant, upstream] = [count(), count(), count()]
  let live = 0
  let afterRevocation = 0
  for (let index = 0; index < checkouts; index += 1) {
    const life = drawLife(lives)
    const isLive = spans(life, weather.revokedAt)
    if (isLive) live += 1
    let mintedAt = -Infinity
    const world: SessionWorld = {
      tokenRequest(at, reason) {
        tick(merchant, at)
        if (isLive && reason === 'rejected') afterRevocation += 1
        if (!answers(weather, at, luck())) return false
        if (rules.coalescing && reason !== 'rejected' && at - mintedAt < keptMs) return true
        mintedAt = at
        tick(upstream, at)
        return true
      },
      apiRequest(at, tokenMintedAt) {
        tick(apiRequests, at)
        const isRevoked = tokenMintedAt < weather.revokedAt && at >= weather.revokedAt
        return !isRevoked && at - tokenMintedAt < lifetimeMs
      },
    }
    liveThrough(life, rules, world, luck)
  }
  return { apiRequests, merchant, upstream, live, afterRevocation }
}

function count(): Uint32Array {
  return new Uint32Array(seconds)
}

function tick(counts: Uint32Array, at: number): void {
  const second = Math.min(Math.floor(at / secondMs), seconds - 1)
  counts[second] = counts[second]! + 1
}

function spans({ bursts }: CheckoutLife, at: number): boolean {
  return bursts[0]!.at < at && bursts.at(-1)!.at >= at
}
