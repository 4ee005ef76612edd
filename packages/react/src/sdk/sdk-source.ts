import type { ForageSession } from '@forage-session/core'

import type { HookClock } from '../shared/page.ts'
import { ForageSdkError } from './forage-sdk-error.ts'
import type { ForageFactory } from './forage-sdk-types.ts'

/** The options of `useForageSdk`. */
export interface UseForageSdkOptions {
  /**
   * Loads the SDK, for example its script, and returns its `Forage` function. Called again at the next mount after it
   * failed or did not settle within 30 s, and for another checkout while it has not settled.
   */
  load: () => Promise<ForageFactory>
  /** The merchant, for example `mid/123ab45c67`. */
  merchantId: string
  /** The merchant's own ID of the customer, hashed. */
  customerId: string
  /**
   * How long the token must at least be valid before an element is mounted, in ms. Default: 450 000
   * (half of 15 minutes). The session limits it to half of the token's lifetime.
   */
  minValidityMs?: number
}

/** The SDK's factory, which the page loads. */
export interface FactorySource {
  /** Loads the factory, or joins the load in progress. Rejects with `load_failed`; the next call loads it again. */
  load(): Promise<ForageFactory>
  /** Lets the next `load` begin again, unless the factory is there. */
  abandonLoading(): void
  /** Lets the next `load` begin again: the factory gave no SDK. */
  forgetFactory(): void
}

/** Longer than a script takes on a slow network. */
const loadTimeoutMs = 30_000

export function createFactorySource(clock: HookClock, load: () => Promise<ForageFactory>): FactorySource {
  let loaded: ForageFactory | undefined
  let loading: Promise<ForageFactory> | undefined
  async function loadOnce(): Promise<ForageFactory> {
    try {
      return (loaded = await loadFactory(clock, load))
    } catch (error) {
      throw loadFailed(error)
    }
  }
  return {
    async load() {
      if (loaded) return loaded
      const own = (loading ??= loadOnce())
      try {
        return await own
      } finally {
        if (loading === own) loading = undefined
      }
    },
    abandonLoading: () => void (loading = undefined),
    forgetFactory: () => void (loaded = undefined),
  }
}

async function loadFactory(clock: HookClock, load: () => Promise<ForageFactory>): Promise<ForageFactory> {
  let timer: unknown
  const overdue = new Promise<never>((_, reject) => {
    const onDeadline = (): void => reject(new Error('load() did not settle within 30 s.'))
    timer = clock.setTimeout(onDeadline, loadTimeoutMs)
  })
  try {
    const factory = await Promise.race([load(), overdue])
    // A content blocker may serve an empty script.
    if (typeof factory !== 'function') throw new TypeError('load() returned no function.')
    return factory
  } finally {
    clock.clearTimeout(timer)
  }
}

/** Returns a token that is valid for `minValidityMs`, or the current one if its renewal fails. */
export async function getSdkToken(
  session: ForageSession,
  minValidityMs: number | undefined,
  rejected: string | undefined,
): Promise<string> {
  const options = rejected === undefined ? {} : { rejected }
  if (minValidityMs === undefined) return await session.getToken(options)
  try {
    return await session.getToken({ minValidityMs, ...options })
  } catch (error) {
    if (session.getSnapshot().status !== 'degraded') throw error
    return await session.getToken(options)
  }
}

export function loadFailed(cause: unknown): ForageSdkError {
  return new ForageSdkError('load_failed', 'The Forage SDK could not be loaded.', cause)
}
