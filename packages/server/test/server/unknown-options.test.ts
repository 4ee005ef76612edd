import { expect, it } from 'vitest'

import { createForageServer, memoryStore } from '../../src/index.ts'
import { createOAuthTokenClient, type OAuthTokenClientOptions } from '../../src/oauth.ts'
import { redisRateLimit } from '../../src/redis-rate-limit.ts'
import { redisStore } from '../../src/redis.ts'
import { createFixture, merchantAccount } from '../fixtures/server-fixture.ts'

// Untyped options, as JavaScript, a spread or a cast gives them.
type Untyped = never

const credentials = { clientId: 'id', clientSecret: 'secret' }
const apiUrl = 'https://api.example'
const redis = { sendCommand: () => {}, eval: () => {}, evalSha: () => {} }
const keys = { current: 'k', k: btoa('x'.repeat(32)) }

function server(options: object): unknown {
  return createForageServer({ environment: 'sandbox', credentials, ...options })
}
function endpoint(options: object): unknown {
  return createFixture().forage.sessionTokenHandler({ authorize: () => null, ...options })
}
function tokenClient(options: object): unknown {
  return createOAuthTokenClient({ credentials, ...options } as OAuthTokenClientOptions)
}
const { forage } = createFixture()
const pool = forage.pool('web')

/** Each function that takes options, with one that has a wrong name, and the right name. */
const uses: [name: string, use: (options: object) => unknown, unknown: string, closest: string][] = [
  ['createForageServer', server, 'pool', 'pools'],
  ['environment', (options) => server({ environment: { apiUrl, ...options } }), 'tokenpath', 'tokenPath'],
  ['upstreamLimit', (options) => server({ upstreamLimit: options }), 'request', 'requests'],
  ['telemetry', (options) => server({ telemetry: options }), 'meters', 'meter'],
  ['pools.web', (options) => server({ pools: { web: options } }), 'scopes', 'scope'],
  ['sessionTokenHandler', endpoint, 'origin', 'origins'],
  ['rateLimit', (options) => endpoint({ rateLimit: options }), 'subjects', 'subject'],
  ...(['ip', 'subject', 'merchant'] as const).map((by): (typeof uses)[number] => [
    `rateLimit.${by}`,
    (options) => endpoint({ rateLimit: { [by]: { requests: 1, perMs: 1, ...options } } }),
    'perMS',
    'perMs',
  ]),
  ['redisRateLimit', (options) => redisRateLimit(redis, options), 'prefix', 'keyPrefix'],
  [
    'memoryStore',
    (options) => memoryStore({ singleInstance: true, ...options }),
    'instance',
    'singleInstance',
  ],
  ['redisStore', (options) => redisStore(redis as Untyped, { keys, ...options }), 'timeout', 'timeoutMs'],
  [
    'mintSessionToken',
    (options) => forage.mintSessionToken({ merchantAccount, ...options }),
    'pools',
    'pool',
  ],
  ['fetch', (options) => forage.fetch('/api/x/', {}, options), 'merchant', 'merchantAccount'],
  ['getToken', (options) => pool.getToken(options), 'signals', 'signal'],
  ['compromise', (options) => pool.compromise({ reason: 'leaked', ...options }), 'reasons', 'reason'],
  ['freeze', (options) => pool.freeze({ reason: 'leaked', ...options }), 'reasons', 'reason'],
  [
    'revokeAll',
    (options) => forage.revokeAll({ confirm: 'every checkout will need a new token', ...options }),
    'confirmed',
    'confirm',
  ],
  [
    'createOAuthTokenClient',
    (options) => tokenClient({ dialect: 'quidkey', environment: 'sandbox', ...options }),
    'names',
    'name',
  ],
  [
    'the environment of Quidkey',
    (options) => tokenClient({ dialect: 'quidkey', environment: { apiUrl, ...options } }),
    'refresh',
    'refreshPath',
  ],
  [
    'the environment of RFC 6749',
    (options) =>
      tokenClient({ dialect: 'rfc6749', environment: { apiUrl, tokenPath: '/token', ...options } }),
    'authURL',
    'authUrl',
  ],
]

async function outcome(use: () => unknown): Promise<unknown> {
  try {
    return await use()
  } catch (error) {
    return error
  }
}

it.each(uses)(
  '%s refuses an unknown option and names the closest one',
  async (_name, use, unknown, closest) => {
    const error = await outcome(() => use({ [unknown]: 1 }))
    expect(error).toBeInstanceOf(TypeError)
    const [, named, hint] = /^Unknown option "(.+)"; did you mean "(.+)"\?$/.exec((error as Error).message)!
    expect([named!.split('.').at(-1), hint!.split('.').at(-1)]).toEqual([unknown, closest])
  },
)

it.each(uses)('%s ignores an unknown option that is undefined', async (_name, use, unknown) => {
  const result = await outcome(() => use({ [unknown]: undefined }))
  expect(result).not.toBeInstanceOf(TypeError)
})

it('an object of another library is not checked', () => {
  const instrument = (): object => ({ addCallback: () => {} })
  const meter = {
    createCounter: instrument,
    createHistogram: instrument,
    createObservableGauge: instrument,
    another: true,
  } as Untyped
  const limiter = { consume: async () => {}, points: 5 }
  expect(() => server({ telemetry: { meter } })).not.toThrow()
  expect(() => endpoint({ rateLimit: { ip: limiter } })).not.toThrow()
})
