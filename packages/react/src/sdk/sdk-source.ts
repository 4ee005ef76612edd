import type { ForageSession } from '@forage-session/core'

import { ForageSdkError } from './forage-sdk-error.ts'
import type { ForageFactory } from './forage-sdk-types.ts'

/** The options of `useForageSdk`. */
export interface UseForageSdkOptions {
  /** Loads the SDK, for example its script, and returns its `Forage` function. Called again after a failure. */
  load: () => Promise<ForageFactory>
  /** The merchant, for example `mid/123ab45c67`. */
  merchantId: string
  /** The merchant's own ID of the customer, hashed. */
  customerId: string
  /**
   * How long the token must at least be valid before an element is mounted, in ms. Default: 600 000 (10 minutes).
   * The session limits it to half of the token's lifetime.
   */
  minValidityMs?: number
}

/** Gets the two parts of an SDK instance: the factory and the token. */
export type SdkSource = (
  minValidityMs: number | undefined,
  /** The token that the API refused. */
  rejected: string | undefined,
) => Promise<[factory: ForageFactory, token: string]>

export function createSdkSource(session: ForageSession, load: () => Promise<ForageFactory>): SdkSource {
  let factory: Promise<ForageFactory> | undefined
  const loadOnce = (): Promise<ForageFactory> => {
    factory ??= load().catch((error: unknown) => {
      factory = undefined
      throw loadFailed(error)
    })
    return factory
  }
  return (minValidityMs, rejected) => Promise.all([loadOnce(), getToken(session, minValidityMs, rejected)])
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
