import { budgetedFetch } from './budgeted-fetch.ts'
import { createCredentialsReader } from './credentials.ts'
import { createEmitter, type Emitter, type ForageServerListener } from './events.ts'
import { fingerprint } from './fingerprint.ts'
import { createOAuthClient } from './oauth-client.ts'
import type { PoolStatus } from './pool-status.ts'
import { received } from './received.ts'
import { serverFetch } from './server-fetch.ts'
import { serverHealth, type ServerHealth } from './server-health.ts'
import {
  resolveOptions,
  type ForageServerOptions,
  type ResolvedOptions,
  type ResolvedPool,
} from './server-options.ts'
import {
  createSessionTokenHandler,
  type MintedToken,
  type SessionTokenHandler,
  type SessionTokenHandlerOptions,
} from './session-token-handler.ts'
import { mintSessionToken, type SessionToken } from './session-token-mint.ts'
import { slotKey } from './slot-key.ts'
import { SlotView } from './slot-view.ts'
import { TokenPool } from './token-pool.ts'
import { createUpstreamLimit } from './upstream-limit.ts'

export interface MintSessionTokenOptions {
  /** Default: the first pool. */
  pool?: string
  /** The Merchant ID, with or without `mid/`. */
  merchantAccount: string
  /** Detaches this caller only. */
  signal?: AbortSignal
}

export interface ForageFetchOptions {
  /** Default: the first pool. */
  pool?: string
  /** Sent as `Merchant-Account`. */
  merchantAccount?: string
}

export interface ForagePool {
  /** The authentication token. It must never leave the server. */
  getToken(options?: { signal?: AbortSignal }): Promise<string>
  /** As this process last saw it, without a token in it. */
  status(): PoolStatus
}

/** The merchant's half: authentication tokens kept, session tokens minted. Rejects with `ForageServerError`. */
export interface ForageServer {
  /** The endpoint the browser calls, for any web-standard server. */
  sessionTokenHandler(options: SessionTokenHandlerOptions): SessionTokenHandler
  /** A session token for one checkout, good for 15 minutes. */
  mintSessionToken(options: MintSessionTokenOptions): Promise<SessionToken>
  /** `fetch` for server-side calls: `path` on the API, the token attached, one retry on a 401. */
  fetch(path: string | URL, init?: RequestInit, options?: ForageFetchOptions): Promise<Response>
  /** Throws `TypeError` for a name that is not in `pools`. */
  pool(name: string): ForagePool
  health(): ServerHealth
  /** Calls `listener` with each event. Returns the function that unsubscribes. */
  on(listener: ForageServerListener): () => void
  /** Further calls reject with `closed`; resolves when what is under way has ended. Revokes nothing. */
  close(): Promise<void>
}

/** Throws `TypeError` naming the option that is wrong. Asks Forage for nothing until it is used. */
export function createForageServer(options: ForageServerOptions): ForageServer {
  const resolved = resolveOptions(options)
  const { endpoints, clock, fetch } = resolved
  const emitter = createEmitter(() => clock.now())
  const limit = createUpstreamLimit(resolved.upstreamLimit, clock)
  const upstream = { ...resolved, fetch: budgetedFetch(fetch, limit, () => clock.now()) }
  const pools = new Map(resolved.pools.map((pool) => [pool.name, createPool(pool, upstream, emitter)]))
  const poolOf = (name: string = resolved.pools[0]!.name): TokenPool => pools.get(name) ?? unknownPool(name)
  let isClosed = false

  const mint = async ({ pool, merchantAccount, signal }: MintSessionTokenOptions): Promise<MintedToken> => {
    assertMerchantAccount(merchantAccount)
    const source = poolOf(pool)
    const request = {
      pool: source,
      url: endpoints.sessionTokenUrl,
      merchantAccount,
      signal,
      clock,
      fetch,
      limit,
    }
    return reportMint(emitter, source.name, () => mintSessionToken(request))
  }
  const dependencies = {
    mint,
    hasPool: (name: string) => pools.has(name),
    currentParent: (pool?: string) => {
      const status = poolOf(pool).status()
      return 'fingerprint' in status ? status.fingerprint : undefined
    },
    emitter,
    clock,
  }

  return {
    sessionTokenHandler: (handlerOptions) => createSessionTokenHandler(dependencies, handlerOptions),
    mintSessionToken: async (mintOptions) => {
      const { token, expiresAt } = await mint(mintOptions)
      return { token, expiresAt }
    },
    fetch: async (path, init, { pool, merchantAccount } = {}) => {
      if (merchantAccount !== undefined) assertMerchantAccount(merchantAccount)
      return serverFetch(
        { apiUrl: endpoints.apiUrl, pool: poolOf(pool), merchantAccount, fetch, limit },
        path,
        init,
      )
    },
    pool: (name) => publicPool(poolOf(name)),
    health: () => serverHealth([...pools.values()], isClosed),
    on: (listener) => emitter.on(listener),
    close: async () => {
      isClosed = true
      await Promise.all([...pools.values()].map((pool) => pool.close()))
    },
  }
}

function createPool(pool: ResolvedPool, options: ResolvedOptions, emitter: Emitter): TokenPool {
  const { endpoints, clientAuth, clock, fetch, random, store } = options
  const { name, scope, lifetimeSeconds } = pool
  const credentials = createCredentialsReader(pool.credentials, pool.credentialsOption)
  const key = slotKey({ pool: name, tokenUrl: endpoints.tokenUrl, clientId: credentials.clientId, scope })
  const slot = new SlotView({ pool: name, store, key, emitter, clock })
  const oauth = createOAuthClient({
    endpoints,
    credentials,
    clientAuth,
    scope,
    lifetimeSeconds,
    clock,
    fetch,
  })
  return new TokenPool({
    pool: name,
    slot,
    oauth,
    lifetimeMs: lifetimeSeconds * 1000,
    emitter,
    clock,
    random,
  })
}

function publicPool(pool: TokenPool): ForagePool {
  return {
    getToken: async ({ signal } = {}) => (await pool.getToken(signal)).token,
    status: () => pool.status(),
  }
}

async function reportMint(
  emitter: Emitter,
  pool: string,
  mint: () => ReturnType<typeof mintSessionToken>,
): Promise<MintedToken> {
  try {
    const { token, expiresAt, parent } = await mint()
    const marks = { fingerprint: fingerprint(token), parent: fingerprint(parent) }
    emitter.emit({ type: 'session-token-minted', pool, ...marks, expiresAt })
    return { token, expiresAt, parent: marks.parent }
  } catch (error) {
    const { code = 'aborted' } = error as { code?: string }
    emitter.emit({ type: 'session-token-failed', pool, code })
    throw error
  }
}

function assertMerchantAccount(merchantAccount: string): void {
  if (typeof merchantAccount === 'string' && /^[\x21-\x7e]+$/.test(merchantAccount)) return
  throw new TypeError(
    `Option "merchantAccount" must be a Merchant ID like "mid/123ab45c67", got ${received(merchantAccount)}`,
  )
}

function unknownPool(name: string): never {
  throw new TypeError(`Option "pool" must be one of the names in "pools", got ${received(name)}`)
}
