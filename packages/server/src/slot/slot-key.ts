import type { ServerClock } from '../shared/clock.ts'
import type { FailureKind } from '../shared/codes.ts'
import {
  isInvalidCredentials,
  type ClientCredentials,
  type CredentialsReader,
} from '../shared/credentials.ts'
import type { Emitter } from '../shared/events.ts'
import { OwnFailure } from './own-failure.ts'
import type { SlotFailure } from './slot-document.ts'
import { slotError } from './slot-error.ts'

const retryMs = 1000

export interface SlotIdentity {
  pool: string
  tokenUrl: string
  clientId: string
  scope: string
}

/**
 * Returns the key of a pool's slot. Everything that shapes the token is in it, hashed: after a change of scope or client,
 * the pool uses another slot. It holds no secret, no token and no merchant.
 */
export async function slotKey({ pool, tokenUrl, clientId, scope }: SlotIdentity): Promise<string> {
  const identity = new TextEncoder().encode(JSON.stringify([tokenUrl, clientId, scope]))
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', identity))
  const hex = Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('')
  return `fst:1:{${hex}}:${pool}`
}

export interface SlotKeyOptions extends Omit<SlotIdentity, 'clientId'> {
  credentials: CredentialsReader
  emitter: Emitter
  clock: ServerClock
}

export interface SlotKeyReader {
  /** Returns the key of the slot of the current client. Rejects while the credentials cannot be read. */
  read(): Promise<string>
  /** Why the key is unknown, until the next attempt. */
  readonly failure: SlotFailure | undefined
}

/** Reads the credentials before any slot is touched, since the id of the client is in the key. */
export function createSlotKeyReader(options: SlotKeyOptions): SlotKeyReader {
  const { pool, credentials, clock } = options
  let last: { clientId: string; key: string } | undefined
  const failure = new OwnFailure(clock)
  const readCredentials = async (): Promise<ClientCredentials> => {
    if (failure.current) throw slotError(pool, failure.current)
    return credentials.read().catch((error: unknown) => {
      failure.set(unavailable(options, error))
      throw slotError(pool, failure.last!)
    })
  }
  return {
    read: async () => {
      const { clientId } = credentials.known ?? (await readCredentials())
      if (last?.clientId !== clientId) last = { clientId, key: await slotKey({ ...options, clientId }) }
      return last.key
    },
    get failure() {
      return failure.current
    },
  }
}

function unavailable({ pool, emitter, clock }: SlotKeyOptions, error: unknown): SlotFailure {
  const at = clock.now()
  const { kind, code } = credentialsFailure(error)
  const retryAt = at + retryMs
  emitter.emit({ type: 'authentication-token-failed', pool, kind, code, retryAt, covered: false })
  return { kind, code, count: 1, at, nextAttemptAt: retryAt }
}

/** Returns the failure for credentials that could not be read. The function may return others at its next call. */
export function credentialsFailure(error: unknown): { kind: FailureKind; code: string } {
  return isInvalidCredentials(error)
    ? { kind: 'config', code: error.code }
    : { kind: 'transient', code: 'credentials_unavailable' }
}
