import type { OAuthClient } from '../oauth/oauth-client.ts'
import type { PoolStatus } from '../pool/pool-status.ts'
import { LocalToken } from '../pool/token-local.ts'
import { TokenPool } from '../pool/token-pool.ts'
import { createCallsUnderWay } from '../shared/calls-under-way.ts'
import { createCredentialsReader } from '../shared/credentials.ts'
import { createEmitter, type Emitter, type ForageServerListener } from '../shared/events.ts'
import { fingerprint } from '../shared/fingerprint.ts'
import type { RefreshToken } from '../slot/refresh-token.ts'
import { createSlotCodec } from '../slot/slot-codec.ts'
import { createSlotKeyReader } from '../slot/slot-key-reader.ts'
import { SlotView } from '../slot/slot-view.ts'
import { accessTokenWindows, assumedAccessTokenMs } from './access-token-windows.ts'
import { createQuidkeyDialect } from './quidkey-dialect.ts'
import type { RefreshDialect } from './refresh-dialect.ts'
import { refreshFetch } from './refresh-fetch.ts'
import {
  resolveTokenClient,
  type OAuthTokenClientOptions,
  type ResolvedTokenClient,
} from './refresh-options.ts'
import { requestByCredentials, requestByRefresh, type RefreshSourceOptions } from './refresh-source.ts'
import { createRfc6749Dialect } from './rfc6749-dialect.ts'

/** Access tokens of a server that issues refresh tokens, too. Rejects with `ForageServerError`. */
export interface OAuthTokenClient {
  /** The access token, good for another minute at least. It must never leave the server. */
  getToken(options?: { signal?: AbortSignal }): Promise<string>
  /**
   * `fetch` for calls to the API: `path` on `apiUrl`, the token attached. On a 401 it is refreshed once and the call
   * sent once more; where the refresh does not help, once with a token for the client credentials.
   */
  fetch(path: string | URL, init?: RequestInit): Promise<Response>
  /** As this process last saw it, without a token in it. */
  status(): OAuthTokenStatus
  /** Calls `listener` with each event. Returns the function that unsubscribes. */
  on(listener: ForageServerListener): () => void
  /** Further calls reject with `closed`; resolves when what is under way has ended. Revokes nothing. */
  close(): Promise<void>
}

/** The state of the token, and of its refresh token, if there is one. */
export type OAuthTokenStatus = PoolStatus & { refreshToken: RefreshTokenStatus | null }

/** Times in ms on the server's clock. */
export interface RefreshTokenStatus {
  /** 8 hex digits that tell refresh tokens apart. */
  fingerprint: string
  /** From here on the client credentials are sent instead. */
  reauthenticateAt: number
  /** When it ends. */
  expiresAt: number
  /** Whether the server issues a new one at each use; null: it was never used. */
  rotates: boolean | null
}

/** Throws `TypeError` naming the option that is wrong. Asks the server for nothing until it is used. */
export function createOAuthTokenClient(options: OAuthTokenClientOptions): OAuthTokenClient {
  const resolved = resolveTokenClient(options)
  const { apiUrl, fetch, clock } = resolved
  const emitter = createEmitter(() => clock.now())
  const source = refreshSource(resolved, emitter)
  const { slot } = source
  const pool = accessTokenPool(source, resolved.waitUntil)
  const calls = createCallsUnderWay('createOAuthTokenClient')
  return {
    getToken: async ({ signal } = {}) => (await calls.run(() => pool.getToken(signal))).token,
    fetch: (path, init) => calls.run(() => refreshFetch({ apiUrl, pool, slot, fetch }, path, init)),
    status: () => ({ ...pool.status(), refreshToken: refreshTokenStatus(slot.lastSeen?.refresh) }),
    on: (listener) => emitter.on(listener),
    close: async () => {
      await calls.close()
      await pool.close()
    },
  }
}

function refreshSource(resolved: ResolvedTokenClient, emitter: Emitter): RefreshSourceOptions {
  const { name: pool, store, tokenUrl, scope = '', refreshLifetimeMs, clock, random } = resolved
  const credentials = createCredentialsReader(resolved.credentials, 'credentials', clock)
  const key = createSlotKeyReader({ pool, tokenUrl, scope, credentials, emitter, clock })
  const codec = createSlotCodec(pool, store.sealer)
  const slot = new SlotView({ pool, store, codec, key, emitter, clock })
  const dialect = createDialect(resolved)
  return { pool, dialect, credentials, slot, refreshLifetimeMs, emitter, clock, random }
}

function createDialect(resolved: ResolvedTokenClient): RefreshDialect {
  return resolved.dialect === 'quidkey' ? createQuidkeyDialect(resolved) : createRfc6749Dialect(resolved)
}

function accessTokenPool(
  source: RefreshSourceOptions,
  waitUntil: ResolvedTokenClient['waitUntil'],
): TokenPool {
  const { pool, slot, emitter, clock, random } = source
  const oauth: OAuthClient = { requestToken: () => requestByCredentials(source), ...noRevocation }
  const windows = accessTokenWindows
  return new TokenPool({
    pool,
    slot,
    oauth,
    requestToken: (leased) => requestByRefresh(source, leased),
    // No call is known that any API takes; the next one of a customer's is the test.
    probe: async () => 'unknown',
    local: new LocalToken({ pool, slot, oauth, emitter, clock, random, windows, waitUntil }),
    lifetimeMs: assumedAccessTokenMs,
    windows,
    revokes: false,
    emitter,
    clock,
    random,
    waitUntil,
  })
}

/** Access tokens live for minutes: retired ones run out by themselves. */
const noRevocation = { revoke: async () => false, bulkRevoke: async () => false }

function refreshTokenStatus(refresh: RefreshToken | null | undefined): RefreshTokenStatus | null {
  if (!refresh || refresh.isSealed) return null
  const { token, reauthenticateAt, expiresAt, rotates } = refresh
  return { fingerprint: fingerprint(token), reauthenticateAt, expiresAt, rotates }
}
