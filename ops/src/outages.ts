import type { ForageServerOptions } from '@forage-session/server'

import { requestOften, shopOrigin } from './sample/customer.ts'
import { noConnection } from './sample/forage-line.ts'
import type { Sample } from './sample/sample.ts'
import { createSwitchableStore } from './sample/switchable-store.ts'
import { whileTimePasses } from './sample/while-time-passes.ts'

/** Something that goes wrong with the sample, and the alerts that are for it. */
export interface Outage {
  /** A sentence. */
  readonly name: string
  /** Every alert that fires. No other one does. */
  readonly alerts: readonly string[]
  /** Options of the sample's instances. */
  readonly options?: Partial<ForageServerOptions>
  /** The time before the outage, of the outage, and after it. */
  readonly minutes?: Partial<Minutes>
  /** The time until every metric shows it, in minutes. Default: 4. */
  readonly noticedAfter?: number
  /** Prepares the sample, without any scrape. */
  readonly before?: (sample: Sample) => Promise<void>
  readonly begin: (sample: Sample) => unknown
  /** Runs in each minute of the outage. */
  readonly eachMinute?: (sample: Sample, minute: number) => Promise<void>
  /** The repair. Without one, the alerts are not expected to end. */
  readonly end?: (sample: Sample) => unknown
}

export interface Minutes {
  before: number
  outage: number
  after: number
}

const usual: Minutes = { before: 12, outage: 20, after: 20 }

/** Returns the times of an outage, in minutes. */
export function minutesOf({ minutes }: Outage): Minutes {
  return { ...usual, ...minutes }
}

/** Lets a sample live through an outage. */
export async function liveThrough(sample: Sample, outage: Outage): Promise<void> {
  const { before, outage: during, after } = minutesOf(outage)
  await outage.before?.(sample)
  await sample.pass(before)
  await outage.begin(sample)
  for (let minute = 0; minute < during; minute += 1) {
    await outage.eachMinute?.(sample, minute)
    await sample.pass(1)
  }
  await outage.end?.(sample)
  await sample.pass(after)
}

const json = (status: number, body: object, headers: HeadersInit = {}): Response =>
  Response.json(body, { status, headers })

function undisturbed({ line }: Sample): void {
  line.disturbance = undefined
  line.extraMs = 0
}

/** Replaces all processes by new ones that share nothing, as functions of a cloud do, and lets each of them mint. */
async function startWithoutStore(sample: Sample, minute: number, count: number): Promise<void> {
  const { instances, world, clock } = sample
  const fresh = Array.from({ length: count }, (_, i) =>
    sample.start(`function-${minute}-${i}`, { store: createSwitchableStore() }),
  )
  const old = instances.splice(0, instances.length, ...fresh)
  const { merchantAccount } = world
  const mints = fresh.map(({ forage }) => forage.mintSessionToken({ merchantAccount }))
  await whileTimePasses(clock, Promise.allSettled(mints))
  await whileTimePasses(clock, Promise.all(old.map((instance) => instance.close())))
}

const hourMs = 3_600_000

/** Every outage that an alert is for. */
export const outages: readonly Outage[] = [
  {
    name: 'Forage does not answer',
    alerts: ['ForageSessionEndpointFailing', 'ForageSessionForageDown'],
    begin: ({ line }) => (line.disturbance = noConnection),
    end: undisturbed,
  },
  {
    name: 'Forage answers with errors to mints',
    alerts: ['ForageSessionEndpointFailing', 'ForageSessionForageDown'],
    begin: ({ line }) =>
      (line.disturbance = (path) =>
        path === '/api/session_token/' ? new Response('<h1>Bad gateway</h1>', { status: 502 }) : undefined),
    end: undisturbed,
  },
  {
    name: 'someone revokes the authentication token',
    alerts: ['ForageSessionTokenRevoked'],
    begin: ({ emulator }) => emulator.control.revokeAuthenticationTokens(),
    end: () => {},
  },
  {
    name: 'the client secret ends, and so do its tokens',
    alerts: [
      'ForageSessionCredentialsRefused',
      'ForageSessionEndpointFailing',
      'ForageSessionPoolFailed',
      'ForageSessionTokenRevoked',
    ],
    begin: ({ emulator, line }) => {
      emulator.control.revokeAuthenticationTokens()
      line.disturbance = (path) => (path === '/o/token/' ? json(401, { error: 'invalid_client' }) : undefined)
    },
    end: undisturbed,
  },
  {
    name: 'the scope of a pool is not allowed any more',
    alerts: [
      'ForageSessionConfigurationRefused',
      'ForageSessionEndpointFailing',
      'ForageSessionPoolFailed',
      'ForageSessionTokenRevoked',
    ],
    begin: ({ emulator, line }) => {
      emulator.control.revokeAuthenticationTokens()
      line.disturbance = (path) => (path === '/o/token/' ? json(400, { error: 'invalid_scope' }) : undefined)
    },
  },
  {
    name: 'the token cannot be renewed for hours, while it still serves',
    alerts: ['ForageSessionPoolDegraded'],
    options: { pools: { web: { scope: 'pinpad_only', lifetimeSeconds: 86_400 } } },
    minutes: { outage: 60 },
    before: async ({ instances, clock, world }) => {
      const { merchantAccount } = world
      await whileTimePasses(clock, instances[0]!.forage.mintSessionToken({ merchantAccount }))
      await clock.pass(20 * hourMs)
    },
    begin: async ({ line, clock }) => {
      line.disturbance = (path) =>
        path === '/o/token/' ? json(503, { error: 'temporarily_unavailable' }) : undefined
      await clock.pass(1.4 * hourMs)
    },
    end: undisturbed,
  },
  {
    name: 'an operator freezes a pool and forgets it',
    alerts: ['ForageSessionEndpointFailing', 'ForageSessionPoolFrozen'],
    begin: ({ instances }) => instances[0]!.forage.pool('web').freeze({ reason: 'odd traffic' }),
    end: ({ instances }) => instances[0]!.forage.pool('web').thaw(),
  },
  {
    name: 'Forage does not revoke the old token after a rotation',
    alerts: ['ForageSessionRevocationFailing'],
    noticedAfter: 20,
    minutes: { outage: 60, after: 60 },
    begin: async ({ instances, line, clock }) => {
      line.disturbance = (path) =>
        path === '/o/revoke_token/' ? new Response(null, { status: 503 }) : undefined
      await whileTimePasses(clock, instances[0]!.forage.pool('web').rotate())
    },
    end: undisturbed,
  },
  {
    name: 'the store is down',
    alerts: ['ForageSessionStoreDown'],
    begin: ({ store }) => (store.isDown = true),
    end: ({ store }) => (store.isDown = false),
  },
  {
    name: 'Forage limits the requests',
    alerts: ['ForageSessionEndpointFailing', 'ForageSessionThrottled'],
    begin: ({ line }) =>
      (line.disturbance = (path) =>
        path === '/api/session_token/' ? json(429, { errors: [] }, { 'Retry-After': '20' }) : undefined),
    end: undisturbed,
  },
  {
    name: 'the connection to Forage is slow',
    alerts: ['ForageSessionSlow'],
    begin: ({ line }) => (line.extraMs = 4000),
    end: undisturbed,
  },
  {
    name: 'authorize throws, because the shop’s database has a problem',
    alerts: ['ForageSessionAuthorizeFailing', 'ForageSessionEndpointFailing'],
    noticedAfter: 14,
    begin: ({ database }) => database.exec('ALTER TABLE orders RENAME TO orders_elsewhere'),
    end: ({ database }) => database.exec('ALTER TABLE orders_elsewhere RENAME TO orders'),
  },
  {
    name: 'Forage disables the merchant account',
    alerts: ['ForageSessionEndpointFailing', 'ForageSessionMerchantRefused'],
    begin: ({ line }) =>
      (line.disturbance = (path) =>
        path === '/api/session_token/'
          ? json(400, { path, errors: [{ code: 'invalid_merchant_account', message: 'No' }] })
          : undefined),
    end: undisturbed,
  },
  {
    name: 'the shop moves to another domain, which is not in origins',
    alerts: ['ForageSessionPagesRefused'],
    begin: ({ world }) => (world.pageOrigin = 'https://new-shop.example'),
    end: ({ world }) => (world.pageOrigin = shopOrigin),
  },
  {
    name: 'a page requests tokens in a loop',
    alerts: ['ForageSessionRateLimited'],
    begin: () => {},
    eachMinute: ({ world }) => requestOften(world, 'customer-1', 60),
    end: () => {},
  },
  {
    name: 'every process mints its own token, because a deployment forgot the store',
    alerts: [
      'ForageSessionTokensMintedTooOften',
      'ForageSessionTokensNearLimit',
      'ForageSessionTokenLimitReached',
      'ForageSessionPoolFailed',
    ],
    minutes: { outage: 45, after: 0 },
    begin: () => {},
    eachMinute: (sample, minute) => startWithoutStore(sample, minute, 25),
  },
  {
    name: 'the metrics do not arrive any more',
    alerts: ['ForageSessionMetricsMissing'],
    begin: (sample) => (sample.isScraped = false),
    end: (sample) => (sample.isScraped = true),
  },
]
