import { serverFetch } from '../calls/server-fetch.ts'
import { mintSessionToken, type SessionToken } from '../calls/session-token-mint.ts'
import {
  createSessionTokenHandler,
  type MintedToken,
  type SessionTokenHandler,
  type SessionTokenHandlerOptions,
} from '../endpoint/session-token-handler.ts'
import { createOAuthClient } from '../oauth/oauth-client.ts'
import { assertReason } from '../pool/emergency-reason.ts'
import type { PoolStatus } from '../pool/pool-status.ts'
import type { CompromiseReport, Emergency } from '../pool/token-compromise.ts'
import { LocalToken } from '../pool/token-local.ts'
import { TokenPool } from '../pool/token-pool.ts'
import { createTokenProbe } from '../pool/token-probe.ts'
import type { TokenRenewalOptions } from '../pool/token-renewal.ts'
import type { Rotation } from '../pool/token-rotation.ts'
import { createCallsUnderWay, type CallsUnderWay } from '../shared/calls-under-way.ts'
import type { ServerClock } from '../shared/clock.ts'
import { createCredentialsReader, type Credentials } from '../shared/credentials.ts'
import { isForageServerError } from '../shared/errors.ts'
import { createEmitter, type Emitter, type ForageServerListener } from '../shared/events.ts'
import { fingerprint } from '../shared/fingerprint.ts'
import { received } from '../shared/received.ts'
import { createSlotCodec } from '../slot/slot-codec.ts'
import { createSlotKeyReader } from '../slot/slot-key-reader.ts'
import { SlotView } from '../slot/slot-view.ts'
import { observe } from '../telemetry/telemetry.ts'
import { budgetedFetch } from '../upstream/budgeted-fetch.ts'
import { createUpstreamLimit, type UpstreamLimit } from '../upstream/upstream-limit.ts'
import { reportedHandler } from './reported-handler.ts'
import { revokeAllConfirmation, revokeAllTokens, type RevokeAllReport } from './revocation-all.ts'
import { serverHealth, type ServerHealth } from './server-health.ts'
import {
  resolveOptions,
  type ForageServerOptions,
  type ResolvedOptions,
  type ResolvedPool,
} from './server-options.ts'

/** Whom a session token is for. */
export interface MintSessionTokenOptions {
  /** Default: the first pool. */
  pool?: string
  /** The Merchant ID, with or without `mid/`. */
  merchantAccount: string
  /** Detaches this caller only. */
  signal?: AbortSignal
}

/** What one call of `fetch` wants. */
export interface ForageFetchOptions {
  /** Default: the first pool. */
  pool?: string
  /** Sent as `Merchant-Account`. */
  merchantAccount?: string
}

/** One authentication token, shared by all instances. */
export interface ForagePool {
  /** The authentication token. It must never leave the server. */
  getToken(options?: { signal?: AbortSignal }): Promise<string>
  /** A new token now. No session token fails: the old one is revoked when the last of its has run out. */
  rotate(): Promise<Rotation>
  /**
   * The token leaked: every token of this pool is revoked at once while a new one is minted, and each is verified to
   * be dead. Session tokens minted from them die, too. Other pools are not touched. Rejects with `store_unavailable`
   * while the store does not answer: then a token that this process minted for itself is revoked, and no other.
   */
  compromise(emergency: Emergency): Promise<CompromiseReport>
  /**
   * The kill switch: nothing is minted and nothing is handed out, until `thaw`. Other instances notice within 30 s.
   * Session tokens that are out stay alive; `compromise` ends those.
   */
  freeze(options: { reason: string }): Promise<void>
  /** Ends `freeze`: the next call mints again. */
  thaw(): Promise<void>
  /** As this process last saw it, without a token in it. */
  status(): PoolStatus
}

/** The confirmation of `revokeAll`. */
export interface RevokeAllOptions {
  /** Nothing but this sentence will do. */
  confirm: typeof revokeAllConfirmation
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
  /**
   * After a leaked client secret, changed in the dashboard first, or at the limit of live tokens: revokes every token
   * of every client in `credentials` and `pools`, also those nobody knows, then mints one per pool.
   */
  revokeAll(options: RevokeAllOptions): Promise<RevokeAllReport>
  /** As this process last saw it; nobody is asked. For a readiness probe. */
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
  const renewals = resolved.pools.map((pool) => renewalOptions(pool, resolved, limit, emitter))
  const pools = new Map(renewals.map((renewal) => [renewal.pool, new TokenPool(renewal)]))
  const poolOf = (name: string = resolved.pools[0]!.name): TokenPool => pools.get(name) ?? unknownPool(name)
  const calls = createCallsUnderWay('createForageServer')

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
    return reportMint(emitter, source.name, clock, () => calls.run(() => mintSessionToken(request)))
  }
  const endTelemetry = observe(resolved.telemetry, {
    on: emitter.on,
    pools: () => [...pools.values()].map((pool) => pool.status()),
  })
  const dependencies = {
    mint,
    hasPool: (name: string) => pools.has(name),
    currentParent: (pool?: string) => {
      const status = poolOf(pool).status()
      return 'fingerprint' in status ? status.fingerprint : undefined
    },
    sharesPromises: resolved.waitUntil === undefined,
    emitter,
    clock,
  }

  return {
    sessionTokenHandler: (handlerOptions) =>
      reportedHandler(createSessionTokenHandler(dependencies, handlerOptions), emitter, clock),
    mintSessionToken: async (mintOptions) => {
      const { token, expiresAt } = await mint(mintOptions)
      return { token, expiresAt }
    },
    fetch: async (path, init, { pool, merchantAccount } = {}) => {
      if (merchantAccount !== undefined) assertMerchantAccount(merchantAccount)
      const request = { apiUrl: endpoints.apiUrl, pool: poolOf(pool), merchantAccount, fetch, limit }
      return calls.run(() => serverFetch(request, path, init))
    },
    pool: (name) => publicPool(poolOf(name), calls),
    revokeAll: async ({ confirm }) => {
      assertConfirmed(confirm)
      return calls.run(() => revokeAllTokens(byClient(resolved.pools, renewals), emitter))
    },
    health: () => serverHealth([...pools.values()], calls.isClosed),
    on: (listener) => emitter.on(listener),
    close: async () => {
      await calls.close()
      await Promise.all([...pools.values()].map((pool) => pool.close()))
      endTelemetry()
    },
  }
}

function renewalOptions(
  pool: ResolvedPool,
  options: ResolvedOptions,
  limit: UpstreamLimit,
  emitter: Emitter,
): TokenRenewalOptions {
  const { endpoints, clientAuth, clock, fetch, random, store, waitUntil } = options
  const { name, scope, lifetimeSeconds } = pool
  const credentials = createCredentialsReader(pool.credentials, pool.credentialsOption, clock)
  const identity = { pool: name, tokenUrl: endpoints.tokenUrl, scope }
  const key = createSlotKeyReader({ ...identity, credentials, emitter, clock })
  const codec = createSlotCodec(name, store.sealer)
  const slot = new SlotView({ pool: name, store, codec, key, emitter, clock })
  const oauth = createOAuthClient({
    endpoints,
    credentials,
    clientAuth,
    scope,
    lifetimeSeconds,
    clock,
    fetch,
    limit,
  })
  const local = new LocalToken({ pool: name, slot, oauth, emitter, clock, random, waitUntil })
  const budgeted = budgetedFetch(fetch, limit, clock)
  const probe = createTokenProbe({ sessionTokenUrl: endpoints.sessionTokenUrl, clock, fetch: budgeted })
  const lifetimeMs = lifetimeSeconds * 1000
  return { pool: name, slot, oauth, probe, local, lifetimeMs, emitter, clock, random, waitUntil }
}

function publicPool(pool: TokenPool, calls: CallsUnderWay): ForagePool {
  return {
    getToken: async ({ signal } = {}) => (await calls.run(() => pool.getToken(signal))).token,
    rotate: () => calls.run(() => pool.rotate()),
    compromise: async ({ reason, merchantAccount }) => {
      assertReason(reason)
      return calls.run(() => pool.compromise({ reason, merchantAccount }))
    },
    freeze: async ({ reason }) => {
      assertReason(reason)
      return calls.run(() => pool.freeze(reason))
    },
    thaw: () => calls.run(() => pool.thaw()),
    status: () => pool.status(),
  }
}

/** `bulk_revoke` is asked once for each pair of credentials. */
function byClient(
  pools: readonly ResolvedPool[],
  renewals: readonly TokenRenewalOptions[],
): TokenRenewalOptions[][] {
  const clients = new Map<Credentials, TokenRenewalOptions[]>()
  for (const [i, { credentials }] of pools.entries()) {
    clients.set(credentials, [...(clients.get(credentials) ?? []), renewals[i]!])
  }
  return [...clients.values()]
}

function assertConfirmed(confirm: unknown): void {
  if (confirm === revokeAllConfirmation) return
  throw new TypeError(`Option "confirm" must be "${revokeAllConfirmation}", got ${received(confirm)}`)
}

async function reportMint(
  emitter: Emitter,
  pool: string,
  clock: ServerClock,
  mint: () => ReturnType<typeof mintSessionToken>,
): Promise<MintedToken> {
  const startedAt = clock.now()
  const durationMs = (): number => clock.now() - startedAt
  try {
    const { token, expiresAt, parent } = await mint()
    const marks = { fingerprint: fingerprint(token), parent: fingerprint(parent) }
    emitter.emit({ type: 'session-token-minted', pool, ...marks, expiresAt, durationMs: durationMs() })
    return { token, expiresAt, parent: marks.parent }
  } catch (error) {
    const code = isForageServerError(error) ? error.code : 'aborted'
    emitter.emit({ type: 'session-token-failed', pool, code, durationMs: durationMs() })
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
