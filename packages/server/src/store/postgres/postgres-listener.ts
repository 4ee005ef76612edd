import type { ServerClock } from '../../shared/clock.ts'
import { isTimeout, untilAborted, withDeadline } from '../../shared/deadline.ts'
import type { RunStatement } from './postgres-pool.ts'
import { PostgresStoreError } from './postgres-store-error.ts'
import { notifyStatement } from './postgres-table.ts'

/** A client of `pg` that is not one of the pool's: in a pool of one, a connection that listens would be the only one. */
export interface ListeningClient {
  on(event: 'error' | 'end', run: (error?: unknown) => void): unknown
  on(event: 'notification', run: (message: { channel: string; payload?: string }) => void): unknown
  connect(): Promise<unknown>
  query(text: string): Promise<unknown>
  end(): Promise<unknown>
  unref?(): void
  readonly connection?: { readonly stream?: { destroy?(): unknown } }
}

export interface ListenerOptions {
  /** Creates a client with the present credentials of the pool. */
  create: () => ListeningClient
  run: RunStatement
  clock: ServerClock
}

/** A connection that listens. It keeps no process alive. */
export interface PostgresListener {
  /** Resolves with the error when the connection is lost. */
  readonly lost: Promise<unknown>
  /** Rejects if the connection does not answer. */
  check(signal: AbortSignal): Promise<unknown>
  close(): void
}

// Fixed, because a pooler keeps on its connections whatever was listened to.
const probeTopic = 'forage_token_probes'
// A notification takes as long as a round trip.
const hearingMs = 2000

/** Opens a connection that calls `changed` with each message of the topic. Rejects with an error of `pg`, or `SILENT`. */
export async function openListener(
  { create, run, clock }: ListenerOptions,
  topic: string,
  changed: (message: string) => void,
  signal: AbortSignal,
): Promise<PostgresListener> {
  const client = create()
  const lost = lossOf(client)
  client.on('notification', ({ channel, payload = '' }) => channel === topic && changed(payload))
  try {
    // A TLS connection changes its socket while it connects, so both are released.
    client.unref?.()
    await untilAborted(client.connect(), signal)
    client.unref?.()
    await untilAborted(client.query(`LISTEN "${topic}"`), signal)
    const hearing = assertHearing(client, (probe) => run(notifyStatement, [probeTopic, probe], signal))
    await withDeadline(clock, hearingMs, signal, () => Promise.race([hearing, lost.then(rethrow)]))
  } catch (error) {
    destroy(client)
    throw isTimeout(error) && !signal.aborted ? silent() : error
  }
  return {
    lost,
    check: (until) => untilAborted(client.query('SELECT 1'), until),
    close: () => destroy(client),
  }
}

function lossOf(client: ListeningClient): Promise<unknown> {
  return new Promise((resolve) => {
    client.on('error', resolve)
    client.on('end', () => resolve(new PostgresStoreError('08006', 'The listening connection ended')))
  })
}

/** A pooler may accept LISTEN and drop every notification, so the pool sends one. */
async function assertHearing(
  client: ListeningClient,
  notify: (probe: string) => Promise<unknown>,
): Promise<void> {
  const probe = crypto.randomUUID()
  const heard = new Promise<void>((resolve) => {
    client.on('notification', ({ payload }) => payload === probe && resolve())
  })
  await client.query(`LISTEN "${probeTopic}"`)
  await notify(probe)
  await heard
}

function silent(): PostgresStoreError {
  return new PostgresStoreError('SILENT', 'PostgreSQL accepts LISTEN, but no notification arrives')
}

function rethrow(error: unknown): never {
  throw error
}

/** A database that hangs does not answer the end of a connection, which then would stay open. */
function destroy(client: ListeningClient): void {
  client.end().catch(() => {})
  client.connection?.stream?.destroy?.()
}
