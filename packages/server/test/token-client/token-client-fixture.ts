import { type ForageServerEvent, type TokenStore } from '../../src/index.ts'
import {
  createOAuthTokenClient,
  type OAuthTokenClient,
  type OAuthTokenClientSettings,
} from '../../src/oauth.ts'
import { separateStore } from '../fixtures/separate-store.ts'
import { createVirtualClock, settle, type VirtualClock } from '../fixtures/virtual-clock.ts'
import {
  clientId,
  clientSecret,
  createRefreshUpstream,
  type RefreshUpstream,
  type RefreshUpstreamOptions,
} from './refresh-upstream.ts'

/** Two clients, and the objects that a test controls and reads. */
export interface TokenClientFixture {
  client: OAuthTokenClient
  /** Another instance on the same store. */
  sibling: OAuthTokenClient
  upstream: RefreshUpstream
  clock: VirtualClock
  events: ForageServerEvent[]
  store: TokenStore
  /** Returns the stored values. */
  stored: () => string
  /** Lets time pass, and returns the token of one call after it. */
  pass: (ms: number) => Promise<string>
}

/** Creates two clients with one store, a virtual clock and a stub server. `random` is 0.5. */
export function createTokenClients(
  upstreamOptions: Omit<RefreshUpstreamOptions, 'now'> = {},
  settings: Partial<OAuthTokenClientSettings> = {},
): TokenClientFixture {
  const clock = createVirtualClock()
  const upstream = createRefreshUpstream({ ...upstreamOptions, now: () => clock.now() })
  const values = new Map<string, string>()
  const store = settings.store ?? spied(separateStore(), values)
  const common = {
    credentials: { clientId, clientSecret },
    clock,
    fetch: upstream.fetch,
    random: () => 0.5,
    ...settings,
    store,
  }
  const create = (): OAuthTokenClient =>
    upstreamOptions.dialect === 'rfc6749'
      ? createOAuthTokenClient({
          ...common,
          dialect: 'rfc6749',
          environment: { apiUrl: 'https://api.example', tokenPath: '/oauth2/token' },
        })
      : createOAuthTokenClient({ ...common, dialect: 'quidkey', environment: 'sandbox' })
  const client = create()
  const events: ForageServerEvent[] = []
  client.on((event) => events.push(event))
  const stored = (): string => [...values.values()].join('\n')
  const pass = async (ms: number): Promise<string> => {
    await clock.advance(ms)
    const token = await client.getToken()
    // Let the background work of the call finish.
    await clock.advance(0)
    return token
  }
  return { client, sibling: create(), upstream, clock, events, store, stored, pass }
}

function spied(store: TokenStore, values: Map<string, string>): TokenStore {
  const cas: TokenStore['cas'] = (key, expected, value, options) => {
    values.set(key, value)
    return store.cas(key, expected, value, options)
  }
  return { ...store, cas }
}

/** Resolves with the results of `work` while time passes, because a waiting instance polls. */
export async function whilePassing<T>(clock: VirtualClock, work: Promise<T>[]): Promise<T[]> {
  const all = Promise.all(work)
  const progress = { isDone: false }
  all.catch(() => {}).finally(() => (progress.isDone = true))
  for (await settle(); !progress.isDone;) await clock.advance(100)
  return all
}
