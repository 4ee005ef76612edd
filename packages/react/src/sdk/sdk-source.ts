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

/** The two parts of an SDK instance. */
export interface SdkSource {
  /** Gets the factory and the token. `rejected` is the token that the API refused. */
  get(
    minValidityMs: number | undefined,
    rejected: string | undefined,
  ): Promise<[factory: ForageFactory, token: string]>
  /** Calls `load` again at the next `get`, unless it has succeeded. */
  abandonLoading(): void
  /** Calls `load` again at the next `get`: the factory gave no SDK. */
  forgetFactory(): void
}

/** Longer than a script takes on a slow network. */
const loadTimeoutMs = 30_000

export function createSdkSource(
  session: ForageSession,
  clock: HookClock,
  load: () => Promise<ForageFactory>,
): SdkSource {
  let loaded: ForageFactory | undefined
  let loading: Promise<ForageFactory> | undefined
  async function loadOnce(): Promise<ForageFactory> {
    if (loaded) return loaded
    const own = (loading ??= loadFactory(clock, load))
    try {
      return (loaded = await own)
    } catch (error) {
      if (loading === own) loading = undefined
      throw loadFailed(error)
    }
  }
  return {
    get: (minValidityMs, rejected) => Promise.all([loadOnce(), getToken(session, minValidityMs, rejected)]),
    abandonLoading: () => void (loading = undefined),
    forgetFactory: () => void (loaded = loading = undefined),
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
async function getToken(
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
