import { apiFetch, apiTimeoutMs } from '../calls/api-fetch.ts'
import type { OAuthClient } from '../oauth/oauth-client.ts'
import { createBackgroundWork, type BackgroundWork } from '../pool/background-work.ts'
import type { PoolStatus } from '../pool/pool-status.ts'
import { LocalToken } from '../pool/token-local.ts'
import { TokenPool } from '../pool/token-pool.ts'
import { createCallsInProgress } from '../server/calls-in-progress.ts'
import { createCredentialsReader } from '../shared/credentials.ts'
import { createEmitter, type Emitter, type ForageServerListener } from '../shared/events.ts'
import { fingerprint } from '../shared/fingerprint.ts'
import { assertKnownOptions } from '../shared/known-options.ts'
import { OwnFailure } from '../slot/own-failure.ts'
import type { RefreshToken } from '../slot/refresh-token.ts'
import type { TokenRecord } from '../slot/slot-document.ts'
import { invalidateFamily } from '../slot/slot-refresh.ts'
import { SlotView } from '../slot/slot-view.ts'
import { accessTokenLifetimes, accessTokenWindows } from './access-token-windows.ts'
import { createQuidkeyDialect } from './quidkey-dialect.ts'
import type { RefreshDialect } from './refresh-dialect.ts'
import {
  resolveTokenClient,
  type OAuthTokenClientOptions,
  type ResolvedTokenClient,
} from './refresh-options.ts'
import { requestByCredentials, requestByRefresh, type RefreshSourceOptions } from './refresh-source.ts'
import { createRfc6749Dialect } from './rfc6749-dialect.ts'

/**
 * A client of a server that issues access tokens and refresh tokens. Its calls reject with `ForageServerError`, and with
 * `TypeError` for a wrong argument.
 *
 * @example
 * ```ts
 * import type { OAuthTokenClient } from '@forage-session/server/oauth'
 *
 * declare const quidkey: OAuthTokenClient
 *
 * const { refreshToken } = quidkey.status()
 * if (refreshToken) console.log(`refresh token ends at ${new Date(refreshToken.expiresAt).toISOString()}`)
 * ```
 */
export interface OAuthTokenClient {
  /** Returns the access token, which lives at least another minute. It must never leave the server. */
  getToken(options?: { signal?: AbortSignal }): Promise<string>
  /**
   * Calls the API: `path` is on `apiUrl`, and the token is attached. After a 401 the token is refreshed and the call is
   * replayed. If the API refuses that token too, the call is replayed with a token for the client credentials. A call that
   * takes more than 35 s, its answer included, is aborted.
   */
  fetch(path: string | URL, init?: RequestInit): Promise<Response>
  /** Returns the state that this process last saw, without a token. */
  status(): OAuthTokenStatus
  /** Calls `listener` with each event. Returns a function that unsubscribes it. */
  on(listener: ForageServerListener): () => void
  /** Makes further calls reject with `closed`. Resolves when the calls in progress have ended. Revokes nothing. */
  close(): Promise<void>
}

/** The status of the access token, and of the refresh token, if there is one. */
export type OAuthTokenStatus = PoolStatus & { refreshToken: RefreshTokenStatus | null }

/** The status of a refresh token. Times are in ms since the epoch on the server's clock. */
export interface RefreshTokenStatus {
  /** 8 hex digits that stand for the refresh token. */
  fingerprint: string
  /** From this time the client sends its credentials instead. */
  reauthenticateAt: number
  /** The time when it expires. */
  expiresAt: number
  /** Whether each use returns a new refresh token. Null: it was never used. */
  rotates: boolean | null
}

/**
 * Creates a client of a server with refresh tokens (RFC 6749, or Quidkey). It sends no request until it is used. Throws
 * `TypeError` with the name of the option that is wrong or unknown.
 *
 * @example
 * ```ts
 * import { createOAuthTokenClient } from '@forage-session/server/oauth'
 *
 * const quidkey = createOAuthTokenClient({
 *   dialect: 'quidkey',
 *   environment: 'sandbox',
 *   credentials: { clientId: 'your-client-id', clientSecret: 'your-client-secret' },
 * })
 * const response = await quidkey.fetch('/api/v1/payment-requests', { method: 'POST', body: '{}' })
 * ```
 */
export function createOAuthTokenClient(options: OAuthTokenClientOptions): OAuthTokenClient {
  const resolved = resolveTokenClient(options)
  const { apiUrl, fetch, clock } = resolved
  const emitter = createEmitter(() => clock.now())
  const source = refreshSource(resolved, emitter)
  const { slot } = source
  const background = createBackgroundWork(resolved, emitter)
  const pool = accessTokenPool(source, background)
  const calls = createCallsInProgress('createOAuthTokenClient', background)
  return {
    getToken: async (callOptions = {}) => {
      assertKnownOptions(callOptions, { signal: true })
      return (await calls.run(() => pool.getToken(callOptions.signal))).token
    },
    fetch: (path, init) => {
      const lastResort = (refused: TokenRecord): Promise<TokenRecord | undefined> =>
        reauthenticated(pool, slot, refused, init?.signal ?? undefined)
      const isAboutToken = async (): Promise<boolean> => true
      const request = { apiUrl, pool, fetch, clock, timeoutMs: apiTimeoutMs, isAboutToken, lastResort }
      return calls.run(() => apiFetch(request, path, init))
    },
    status: () => ({ ...pool.status(), refreshToken: refreshTokenStatus(slot.lastSeen?.refresh) }),
    on: (listener) => emitter.on(listener),
    close: async () => {
      await calls.close()
      await pool.close()
    },
  }
}

/** Returns a token for the credentials, after the API refused one that a refresh returned. */
async function reauthenticated(
  pool: TokenPool,
  slot: SlotView,
  { id, grant }: TokenRecord,
  signal: AbortSignal | undefined,
): Promise<TokenRecord | undefined> {
  if (grant !== 'refresh_token') return undefined
  // Another instance may have dropped it already. Without the store, this process mints its own token, by the credentials.
  await slot.change(invalidateFamily, { id }).catch(() => slot.changeMemory(invalidateFamily, { id }))
  return pool.getToken(signal)
}

function refreshSource(resolved: ResolvedTokenClient, emitter: Emitter): RefreshSourceOptions {
  const { name: pool, store, tokenUrl, scope = '', refreshLifetimeMs, clock, random } = resolved
  const credentials = createCredentialsReader(resolved.credentials, 'credentials', clock)
  const slot = new SlotView({ pool, tokenUrl, scope, credentials, store, emitter, clock })
  const dialect = createDialect(resolved)
  return { pool, dialect, credentials, slot, refreshLifetimeMs, emitter, clock, random }
}

function createDialect(resolved: ResolvedTokenClient): RefreshDialect {
  return resolved.dialect === 'quidkey' ? createQuidkeyDialect(resolved) : createRfc6749Dialect(resolved)
}

function accessTokenPool(source: RefreshSourceOptions, background: BackgroundWork): TokenPool {
  const { pool, slot, emitter, clock, random } = source
  const oauth: OAuthClient = { requestToken: () => requestByCredentials(source), ...noRevocation }
  const windows = accessTokenWindows
  return new TokenPool({
    pool,
    slot,
    oauth,
    requestToken: (leased) => requestByRefresh(source, leased),
    // No request is known that every API accepts, so the next customer's call is the test.
    probe: async () => 'unknown',
    canProbe: false,
    own: new OwnFailure(clock),
    local: new LocalToken({ pool, slot, oauth, emitter, clock, random, windows, background }),
    lifetimeMs: accessTokenLifetimes.assumedMs,
    windows,
    revokes: false,
    emitter,
    clock,
    random,
    background,
  })
}

/** Access tokens live only minutes, so retired ones simply expire. */
const noRevocation = { revoke: async () => false, bulkRevoke: async () => false }

function refreshTokenStatus(refresh: RefreshToken | null | undefined): RefreshTokenStatus | null {
  if (!refresh || refresh.isSealed) return null
  const { token, reauthenticateAt, expiresAt, rotates } = refresh
  return { fingerprint: fingerprint(token), reauthenticateAt, expiresAt, rotates }
}
