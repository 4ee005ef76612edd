import type { ServerClock } from '../shared/clock.ts'
import type { ClientCredentials, CredentialsReader } from '../shared/credentials.ts'
import type { Emitter } from '../shared/events.ts'
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
  let failure: SlotFailure | undefined
  const current = (): SlotFailure | undefined =>
    failure && failure.at <= clock.now() && clock.now() < failure.nextAttemptAt ? failure : undefined
  const readCredentials = async (): Promise<ClientCredentials> => {
    failure = current()
    if (failure) throw slotError(pool, failure)
    return credentials.read().catch(() => {
      throw slotError(pool, (failure = unavailable(options)))
    })
  }
  return {
    read: async () => {
      const { clientId } = credentials.known ?? (await readCredentials())
      if (last?.clientId !== clientId) last = { clientId, key: await slotKey({ ...options, clientId }) }
      return last.key
    },
    get failure() {
      return current()
    },
  }
}

function unavailable({ pool, emitter, clock }: SlotKeyOptions): SlotFailure {
  const at = clock.now()
  const [kind, code, retryAt] = ['transient', 'credentials_unavailable', at + retryMs] as const
  emitter.emit({ type: 'authentication-token-failed', pool, kind, code, retryAt, covered: false })
  return { kind, code, count: 1, at, nextAttemptAt: retryAt }
}
