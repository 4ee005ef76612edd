import type { ServerClock } from '../shared/clock.ts'
import type { ClientCredentials, CredentialsReader } from '../shared/credentials.ts'
import type { Emitter } from '../shared/events.ts'
import type { SlotFailure } from './slot-document.ts'
import { slotError } from './slot-error.ts'
import { slotKey } from './slot-key.ts'

const retryMs = 1000

export interface SlotKeyOptions {
  pool: string
  tokenUrl: string
  scope: string
  credentials: CredentialsReader
  emitter: Emitter
  clock: ServerClock
}

export interface SlotKeyReader {
  /** The key of the slot of whoever the credentials name. Rejects while there are none. */
  read(): Promise<string>
  /** What keeps the key unknown, until that may be tried again. */
  readonly failure: SlotFailure | undefined
}

/** The id of the client is in the key, so that no slot is touched before the credentials were read. */
export function createSlotKeyReader(options: SlotKeyOptions): SlotKeyReader {
  const { pool, credentials, clock } = options
  let last: { clientId: string; key: string } | undefined
  let failure: SlotFailure | undefined
  const current = (): SlotFailure | undefined =>
    failure && failure.at <= clock.now() && clock.now() < failure.nextAttemptAt ? failure : undefined
  const ask = async (): Promise<ClientCredentials> => {
    failure = current()
    if (failure) throw slotError(pool, failure)
    return credentials.read().catch(() => {
      throw slotError(pool, (failure = unavailable(options)))
    })
  }
  return {
    read: async () => {
      const { clientId } = credentials.known ?? (await ask())
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
