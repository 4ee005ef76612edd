import { apiFetch, apiTimeoutMs } from '../calls/api-fetch.ts'
import { mintSessionToken, type MintedToken, type SessionToken } from '../calls/session-token-mint.ts'
import type { SessionTokenHandlerOptions } from '../endpoint/handler-options.ts'
import { createSessionTokenHandler, type SessionTokenHandler } from '../endpoint/session-token-handler.ts'
import { createBackgroundWork } from '../pool/background-work.ts'
import { createEmitter, type ForageServerListener } from '../shared/events.ts'
import { assertKnownOptions } from '../shared/known-options.ts'
import { received } from '../shared/received.ts'
import { observe } from '../telemetry/telemetry.ts'
import { UpstreamHold } from '../upstream/upstream-hold.ts'
import { createUpstreamLimit } from '../upstream/upstream-limit.ts'
import { createCallsInProgress } from './calls-in-progress.ts'
import { createForagePool, type ForagePool } from './forage-pool.ts'
import { reportedMint } from './reported-mint.ts'
import {
  assertConfirmed,
  revokeAllTokens,
  type RevokeAllOptions,
  type RevokeAllReport,
} from './revocation-all.ts'
import { serverHealth, type ServerHealth } from './server-health.ts'
import { resolveOptions, type ForageServerOptions } from './server-options.ts'
import { createServerPools } from './server-pools.ts'

/** Options of one session token. */
export interface MintSessionTokenOptions {
  /** The name of the pool. Default: the first pool. */
  pool?: string
  /** The Merchant ID, with or without `mid/`. */
  merchantAccount: string
  /** An abort detaches only this caller. */
  signal?: AbortSignal
}

/** Options of one call of `fetch`. */
export interface ForageFetchOptions {
  /** The name of the pool. Default: the first pool. */
  pool?: string
  /** The Merchant ID, sent as `Merchant-Account`. Default: no merchant. */
  merchantAccount?: string
  /**
   * How long the call may take in ms, with the wait for a token, a replay, and the body of the answer; from 1 to
   * 3 600 000. Default: 35 000, because a capture may take 30 s.
   */
  timeoutMs?: number
}

const knownMintOptions = { pool: true, merchantAccount: true, signal: true } satisfies Record<
  keyof MintSessionTokenOptions,
  true
>
const knownFetchOptions = { pool: true, merchantAccount: true, timeoutMs: true } satisfies Record<
  keyof ForageFetchOptions,
  true
>

/**
 * A merchant's backend: it keeps authentication tokens and mints session tokens. Its calls reject with
 * `ForageServerError`, and with `TypeError` for a wrong argument.
 *
 * @example
 * ```ts
 * import type { ForageServer } from '@forage-session/server'
 *
 * declare const forage: ForageServer
 *
 * forage.on((event) => console.log(event.type, event))
 * const merchantAccount = 'mid/123ab45c67'
 * const { token, expiresAt } = await forage.mintSessionToken({ merchantAccount })
 * const order = await forage.fetch('/api/orders/1234/', {}, { merchantAccount })
 * await forage.close()
 * ```
 */
export interface ForageServer {
  /** Returns the endpoint that the browser calls, for any web-standard server. */
  sessionTokenHandler(options: SessionTokenHandlerOptions): SessionTokenHandler
  /** Mints a session token for one checkout. It lives 15 minutes. */
  mintSessionToken(options: MintSessionTokenOptions): Promise<SessionToken>
  /**
   * Calls the API from the server: `path` is on the API, and the token is attached. It is replayed once after a 401. A call
   * without an answer rejects with `upstream_unavailable` after `timeoutMs`.
   */
  fetch(path: string | URL, init?: RequestInit, options?: ForageFetchOptions): Promise<Response>
  /** Returns the pool with this name. Throws `TypeError` if it is not in `pools`. */
  pool(name: string): ForagePool
  /**
   * Revokes every token of every client in `credentials` and `pools`, even unknown ones, and then mints one per pool. Use
   * it after a leaked client secret (change it in the dashboard first), or at the limit of live tokens.
   */
  revokeAll(options: RevokeAllOptions): Promise<RevokeAllReport>
  /** Returns the state that this process last saw, without a request. Use it for a readiness probe. */
  health(): ServerHealth
  /** Calls `listener` with each event. Returns a function that unsubscribes it. */
  on(listener: ForageServerListener): () => void
  /** Makes further calls reject with `closed`. Resolves when the calls in progress have ended. Revokes nothing. */
  close(): Promise<void>
}

/**
 * Creates the server side of a merchant. It sends no request until it is used. Throws `TypeError` with the name of the
 * option that is wrong or unknown.
 *
 * @example
 * ```ts
 * import { createForageServer } from '@forage-session/server'
 *
 * const forage = createForageServer({
 *   environment: 'sandbox',
 *   credentials: { clientId: 'your-client-id', clientSecret: 'your-client-secret' },
 * })
 * const handler = forage.sessionTokenHandler({
 *   authorize: () => ({ subject: 'guest-1', checkoutId: 'cart-1', merchantAccount: 'mid/123ab45c67' }),
 * })
 * ```
 */
export function createForageServer(options: ForageServerOptions): ForageServer {
  const resolved = resolveOptions(options)
  const { endpoints, clock, fetch } = resolved
  const emitter = createEmitter(() => clock.now())
  const hold = new UpstreamHold(clock)
  const unheld = createUpstreamLimit(resolved.upstreamLimit, clock)
  const limit = hold.over(unheld)
  const background = createBackgroundWork(resolved, emitter)
  const pools = createServerPools(resolved, { limit: unheld, hold, emitter, background })
  const calls = createCallsInProgress('createForageServer', background)
  const endTelemetry = observe(resolved.telemetry, {
    emitter,
    pools: () => pools.all.map((pool) => pool.status()),
    stores: () => pools.all.map(({ name, storeFailure }) => ({ pool: name, isAvailable: !storeFailure })),
  })
  const mint = async ({
    pool: name,
    merchantAccount,
    signal,
  }: MintSessionTokenOptions): Promise<MintedToken> => {
    assertMerchantAccount(merchantAccount)
    const pool = pools.get(name)
    const request = {
      pool,
      url: endpoints.sessionTokenUrl,
      merchantAccount,
      signal,
      clock,
      fetch,
      limit,
      hold,
    }
    return reportedMint(pool.name, () => calls.run(() => mintSessionToken(request)), { emitter, clock })
  }
  const handlerDependencies = {
    mint,
    hasPool: pools.has,
    currentParent: (pool: string | undefined) => pools.get(pool).parent,
    learn: (pool: string | undefined) => pools.get(pool).learn(),
    sharesPromises: background.sharesPromises,
    emitter,
    clock,
  }

  return {
    sessionTokenHandler: (handlerOptions) => createSessionTokenHandler(handlerDependencies, handlerOptions),
    mintSessionToken: async (mintOptions) => {
      assertKnownOptions(mintOptions, knownMintOptions)
      const { token, expiresAt } = await mint(mintOptions)
      return { token, expiresAt }
    },
    fetch: async (path, init, fetchOptions = {}) => {
      assertKnownOptions(fetchOptions, knownFetchOptions)
      const { pool, merchantAccount, timeoutMs = apiTimeoutMs } = fetchOptions
      if (merchantAccount !== undefined) assertMerchantAccount(merchantAccount)
      assertTimeout(timeoutMs)
      const headers = merchantAccount === undefined ? {} : { 'merchant-account': merchantAccount }
      const enter = (signal: AbortSignal): Promise<void> => limit.enter('other', signal)
      const { apiUrl } = endpoints
      const request = { apiUrl, pool: pools.get(pool), fetch, clock, timeoutMs, headers, enter }
      return calls.run(() => apiFetch(request, path, init))
    },
    pool: (name) => createForagePool(pools.get(name), calls),
    revokeAll: async (revokeOptions) => {
      assertConfirmed(revokeOptions)
      return calls.run(() => revokeAllTokens(pools.byClient, emitter))
    },
    health: () => serverHealth(pools.all, calls.isClosed, clock.now(), hold.allUntil),
    on: (listener) => emitter.on(listener),
    close: async () => {
      await calls.close()
      await Promise.all(pools.all.map((pool) => pool.close()))
      endTelemetry()
    },
  }
}

function assertTimeout(ms: number): void {
  if (Number.isInteger(ms) && ms >= 1 && ms <= 3_600_000) return
  throw new TypeError(`Option "timeoutMs" must be an integer from 1 to 3600000, got ${received(ms)}`)
}

function assertMerchantAccount(merchantAccount: string): void {
  if (typeof merchantAccount === 'string' && /^[\x21-\x7e]+$/.test(merchantAccount)) return
  throw new TypeError(
    `Option "merchantAccount" must be a Merchant ID like "mid/123ab45c67", got ${received(merchantAccount)}`,
  )
}
