import { expect, it } from 'vitest'

import { createForageServer, memoryStore, type ForageServerOptions } from '../index.ts'
import { resolveOptions } from './server-options.ts'

const secret = 'do-not-print-me'
function aFunction(): void {}

const good = { environment: 'sandbox', credentials: { clientId: 'id', clientSecret: secret } } as const

function messageOf(options: object): string {
  try {
    createForageServer(options as ForageServerOptions)
  } catch (error) {
    return error instanceof TypeError ? error.message : `not a TypeError: ${String(error)}`
  }
  return 'accepted'
}

it('createForageServer requires only an environment and credentials', () => {
  expect(messageOf(good)).toBe('accepted')
})

it.each([
  [{ environment: 'prod' }, 'Option "environment" must be "sandbox", "production" or { apiUrl }, got "prod"'],
  [{ environment: { apiUrl: 'http://api.example.com' } }, '"environment.apiUrl"'],
  [{ environment: { apiUrl: 'https://api.example.com/v1' } }, '"environment.apiUrl"'],
  [
    { environment: { apiUrl: 'https://a.example', tokenPath: 'https://b.example/' } },
    '"environment.tokenPath"',
  ],
  [{ environment: { apiUrl: 'https://a.example', tokenPath: '//b.example/' } }, '"environment.tokenPath"'],
  [{ pools: {} }, 'Option "pools"'],
  [{ pools: { 'a b': {} } }, 'got "a b"'],
  [{ pools: { web: { lifetimeSeconds: 86_399 } } }, '"pools.web.lifetimeSeconds"'],
  [{ pools: { web: { lifetimeSeconds: 2_592_001 } } }, 'got 2592001'],
  [{ pools: { web: { scope: '' } } }, '"pools.web.scope"'],
  [{ store: { get: aFunction, set: () => null } }, '"store"'],
  [{ clientAuth: 'digest' }, 'Option "clientAuth" must be "basic", "basic-raw" or "post", got "digest"'],
  [
    { environment: undefined },
    'Option "environment" must be "sandbox", "production" or { apiUrl }, got undefined',
  ],
  [
    { environment: {} },
    '"environment.apiUrl" must be an https: origin (http: only on this machine, or at a host name without a dot, as in a container network), got undefined',
  ],
  [{ environment: { apiUrl: 'https://user:pw@a.example' } }, '"environment.apiUrl"'],
  [{ environment: { apiUrl: 'https://a.example', revokePath: 'o/revoke' } }, '"environment.revokePath"'],
  [{ environment: { apiUrl: 'https://a.example', sessionTokenPath: 7 } }, '"environment.sessionTokenPath"'],
  [
    { credentials: undefined },
    'Option "credentials" must be { clientId, clientSecret } or a function, got undefined',
  ],
  [
    { credentials: { clientId: 'id' } },
    '"credentials.clientSecret" must be a non-empty string, got undefined',
  ],
  [
    { credentials: { clientId: 7, clientSecret: 's' } },
    '"credentials.clientId" must be a non-empty string, got a value of type number',
  ],
  [{ pools: 'web' }, 'Option "pools" must be an object with at least one pool, got "web"'],
  [{ pools: ['web'] }, 'Option "pools" must be an object with at least one pool, got an array'],
  [{ pools: { web: 'pinpad_only' } }, 'Option "pools.web" must be an object, got "pinpad_only"'],
  [
    { pools: { web: { scope: 'a  b' } } },
    'Option "pools.web.scope" must be scopes separated by a space, got "a  b"',
  ],
  [
    { pools: { web: { lifetimeSeconds: '604800' } } },
    'must be an integer from 86400 to 2592000, got "604800"',
  ],
  [
    { pools: { web: { credentials: {} } } },
    '"pools.web.credentials.clientId" must be a non-empty string, got undefined',
  ],
  [{ store: 'redis://localhost' }, 'Option "store" must be a store that compares and swaps'],
  [{ store: null }, 'Option "store" must be a store that compares and swaps'],
  [{ upstreamLimit: 900 }, 'Option "upstreamLimit" must be false or { requests, perMs, queueMs }, got 900'],
  [
    { upstreamLimit: { requests: 0 } },
    'Option "upstreamLimit.requests" must be an integer from 1 to 100000, got 0',
  ],
  [
    { upstreamLimit: { perMs: 1.5 } },
    'Option "upstreamLimit.perMs" must be an integer from 1 to 86400000, got 1.5',
  ],
  [
    { upstreamLimit: { queueMs: -1 } },
    'Option "upstreamLimit.queueMs" must be an integer from 0 to 60000, got -1',
  ],
  [{ clock: {} }, 'Option "clock.now" must be a function, got undefined'],
  [{ clock: 7 }, 'Option "clock" must be an object, got 7'],
  [{ fetch: 'fetch' }, 'Option "fetch" must be a function, got "fetch"'],
  [{ random: 0.5 }, 'Option "random" must be a function, got 0.5'],
  [{ waitUntil: {} }, 'Option "waitUntil" must be a function, got an object'],
  [{ pools: null }, 'Option "pools" must be an object with at least one pool, got null'],
  [{ pools: { web: null } }, 'Option "pools.web" must be an object, got null'],
  [{ pools: { ['x'.repeat(65)]: {} } }, 'Option "pools" must have names of letters, digits, - and _'],
  [{ pools: { 'web ': {} } }, 'Option "pools" must have names of letters, digits, - and _, got "web "'],
  [{ pools: { ' web': {} } }, 'Option "pools" must have names of letters, digits, - and _, got " web"'],
  [{ pools: { web: { scope: ' a' } } }, '"pools.web.scope" must be scopes separated by a space, got " a"'],
  [{ pools: { web: { scope: 'a ' } } }, '"pools.web.scope" must be scopes separated by a space, got "a "'],
  [{ pools: { web: { scope: 'a"b' } } }, '"pools.web.scope" must be scopes separated by a space'],
  [{ pools: { web: { scope: 7 } } }, '"pools.web.scope" must be scopes separated by a space, got 7'],
  [{ upstreamLimit: null }, 'Option "upstreamLimit" must be false or { requests, perMs, queueMs }, got null'],
  [{ upstreamLimit: { requests: 100_001 } }, '"upstreamLimit.requests" must be an integer from 1 to 100000'],
  [{ upstreamLimit: { perMs: 0 } }, '"upstreamLimit.perMs" must be an integer from 1 to 86400000, got 0'],
  [{ upstreamLimit: { queueMs: 60_001 } }, '"upstreamLimit.queueMs" must be an integer from 0 to 60000'],
  [{ clock: { now: aFunction } }, 'Option "clock.setTimeout" must be a function, got undefined'],
  [
    { clock: { now: aFunction, setTimeout: aFunction } },
    'Option "clock.clearTimeout" must be a function, got undefined',
  ],
  [{ store: { capabilities: { atomic: true }, get: aFunction } }, 'Option "store" must be a store'],
  [{ store: { capabilities: { atomic: true }, cas: aFunction } }, 'Option "store" must be a store'],
  [
    { store: { capabilities: { atomic: 1 }, get: aFunction, cas: aFunction } },
    'got a value of type object: with any other, every instance would mint its own tokens',
  ],
])('createForageServer refuses %o', (option, message) => {
  expect(messageOf({ ...good, ...option })).toContain(message)
})

it.each([86_400, 604_800, 2_592_000])(
  'createForageServer accepts a lifetime of %i seconds',
  (lifetimeSeconds) => {
    expect(messageOf({ ...good, pools: { web: { lifetimeSeconds } } })).toBe('accepted')
  },
)

it.each(['http://localhost:4010', 'http://127.0.0.1:4010', 'http://[::1]:4010', 'http://emulator:4010'])(
  'createForageServer accepts plain http on this machine: %s',
  (apiUrl) => expect(messageOf({ ...good, environment: { apiUrl } })).toBe('accepted'),
)

it.each([false, {}, { requests: 450 }, { requests: 900, perMs: 300_000, queueMs: 0 }])(
  'createForageServer accepts an upstream limit of %o',
  (upstreamLimit) => expect(messageOf({ ...good, upstreamLimit })).toBe('accepted'),
)

it.each([' id', 'id\n', 'i\u0000d'])(
  'createForageServer refuses a credential with surrounding spaces or control characters: %j',
  (pasted) => {
    for (const field of ['clientId', 'clientSecret']) {
      const credentials = { ...good.credentials, [field]: pasted }
      expect(messageOf({ ...good, credentials })).toContain(
        `"credentials.${field}" must have no surrounding spaces and no control characters, got a value of type string`,
      )
    }
  },
)

it.each([undefined, null, 'sandbox'])('createForageServer names its options if it gets %s', (options) => {
  expect(messageOf(options as never)).toContain('createForageServer takes { environment, credentials }')
})

it('an error of createForageServer never shows an option that could hold a secret', () => {
  const misplaced = [
    { environment: { apiUrl: `https://id:${secret}@a.example` } },
    { environment: { apiUrl: `https://a.example/?key=${secret}` } },
    { environment: { apiUrl: `https://a.example/${secret}` } },
    { environment: { apiUrl: `https://a.example#${secret}` } },
    { environment: { apiUrl: `https://id:${secret}@a.example:port` } },
    { environment: { apiUrl: `https://id:${secret}@` } },
    { environment: { apiUrl: `id:${secret}@a.example` } },
    { environment: { apiUrl: secret } },
    { environment: `https://id:${secret}@a.example` },
    { environment: `//id:${secret}@a.example` },
    { environment: { apiUrl: 'https://a.example', tokenPath: `https://id:${secret}@a.example/o/token/` } },
    { environment: { apiUrl: 'https://a.example', revokePath: `o/revoke?key=${secret}` } },
    { store: `redis://:${secret}@host` },
  ]
  for (const option of misplaced) {
    const message = messageOf({ ...good, ...option })
    expect(message).toContain('Option "')
    expect(message).not.toContain(secret)
  }
})

it('an error of createForageServer never shows a credential in the wrong place', () => {
  for (const credentials of [
    secret,
    [secret],
    { clientId: '', clientSecret: secret },
    { clientSecret: secret },
  ]) {
    const message = messageOf({ ...good, credentials })
    expect(message).toContain('Option "credentials')
    expect(message).not.toContain(secret)
  }
})

it('memoryStore refuses options without singleInstance', () => {
  expect(() => memoryStore({} as never)).toThrow('"singleInstance" must be true, got undefined')
})

it('a server refuses the name of a pool that does not exist', () => {
  expect(() => createForageServer(good).pool('ios')).toThrow('Option "pool"')
})

it('the defaults are one pool, which can mint session tokens, and no limit', () => {
  expect(resolveOptions(good)).toMatchObject({
    pools: [
      {
        name: 'web',
        scope: 'pinpad_only',
        lifetimeSeconds: 604_800,
        credentials: good.credentials,
        credentialsOption: 'credentials',
      },
    ],
    upstreamLimit: false,
    clientAuth: 'basic',
    random: Math.random,
    waitUntil: undefined,
  })
})

it('the default upstream limit is 900 requests in 5 minutes, and each may wait 2 s', () => {
  expect(resolveOptions({ ...good, upstreamLimit: {} }).upstreamLimit).toEqual({
    requests: 900,
    perMs: 300_000,
    queueMs: 2000,
  })
})

it('a pool has the credentials of the server, unless it has its own', () => {
  const own = { clientId: 'own', clientSecret: secret }
  const { pools } = resolveOptions({
    ...good,
    pools: { web: {}, app: { scope: 'a bc', credentials: own } },
  })
  expect(pools).toMatchObject([
    { name: 'web', credentials: good.credentials, credentialsOption: 'credentials' },
    { name: 'app', scope: 'a bc', credentials: own, credentialsOption: 'pools.app.credentials' },
  ])
})

it.each(['basic', 'basic-raw', 'post'] as const)('the client authentication can be %s', (clientAuth) => {
  expect(resolveOptions({ ...good, clientAuth }).clientAuth).toBe(clientAuth)
})

it('the default fetch is the platform’s, called without a receiver', async () => {
  const { fetch } = resolveOptions(good)
  expect(await (await fetch('data:text/plain,hello')).text()).toBe('hello')
})

it.each([
  [{ pool: {} }, 'Unknown option "pool"; did you mean "pools"?'],
  [{ upstream_limit: false }, 'Unknown option "upstream_limit"; did you mean "upstreamLimit"?'],
  [{ pools: { web: { scopes: 'x' } } }, 'Unknown option "pools.web.scopes"; did you mean "pools.web.scope"?'],
  [
    { pools: { web: { lifetimeMs: 1 } } },
    'Unknown option "pools.web.lifetimeMs"; did you mean "pools.web.lifetimeSeconds"?',
  ],
])('createForageServer refuses the unknown option in %o and names the closest one', (options, message) => {
  expect(messageOf({ ...good, ...options })).toBe(message)
})

it('sessionTokenHandler refuses an unknown option and names the closest one', () => {
  const options = { authorize: () => null, origin: ['https://shop.example'] }
  expect(() => createForageServer(good).sessionTokenHandler(options)).toThrow(
    new TypeError('Unknown option "origin"; did you mean "origins"?'),
  )
})
