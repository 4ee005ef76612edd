import { describe, expect, test } from 'vitest'

import { resolveOptions, type ForageSessionOptions } from './session-options.ts'
import { createVirtualClock } from './testing/index.ts'
import { merchantEndpoint } from './token/token-source.ts'

const tokenSource = async (): Promise<string> => 'sandbox_a'

/** Returns options with one value of any type, as JavaScript allows. */
function withOption(name: string, value: unknown): ForageSessionOptions {
  const [option, member] = name.split('.') as [string, string?]
  return { tokenSource, [option]: member ? { [member]: value } : value }
}

test('each option has the default of its docstring', () => {
  expect(resolveOptions({ tokenSource })).toMatchObject({
    tokenSource,
    minValidityMs: 30_000,
    renewAt: 0.8,
    renewWhen: 'in-use',
    requestTimeoutMs: 10_000,
    budget: { max: 10, perMs: 60_000 },
    fallbackLifetimeMs: 900_000,
    replay: 'all',
    allowAuthenticationToken: false,
  })
  const { environment, checkoutId, merchantAccount, isTokenRejected } = resolveOptions({ tokenSource })
  expect([environment, checkoutId, merchantAccount, isTokenRejected]).toEqual(Array(4).fill(undefined))
})

test('randomness and fetch are the platform’s by default', async () => {
  const { random, fetch } = resolveOptions({ tokenSource })
  const drawn = random()
  expect(drawn >= 0 && drawn < 1 && drawn !== random()).toBe(true)
  expect(await (await fetch('data:text/plain,hello')).text()).toBe('hello')
})

const accepted: Record<string, unknown[]> = {
  tokenSource: [
    '/token',
    'token',
    'api/sandbox_uXpcGMAMs7hhbw9JifUuJlzUZS3zWD',
    new URL('https://x.example/'),
    tokenSource,
  ],
  environment: [
    'sandbox',
    'production',
    { apiUrl: 'https://x.example' },
    { apiUrl: 'http://localhost:8080' },
    { apiUrl: 'https://x.example', vaultUrl: 'https://vault.example' },
  ],
  checkoutId: ['cart-1', '\n'],
  merchantAccount: ['mid/123ab45c67'],
  attachTo: [[], ['https://x.example', 'http://localhost:8080']],
  minValidityMs: [0, 1.5],
  renewAt: [0, 1],
  renewWhen: ['in-use', 'always', 'never'],
  requestTimeoutMs: [1],
  budget: [{ max: 1, perMs: 1 }],
  fallbackLifetimeMs: [1],
  share: ['token', 'off'],
  replay: ['all', 'keyed', 'never', () => true],
  isTokenRejected: [() => true],
  allowAuthenticationToken: [true, false],
  fetch: [fetch],
  platform: [{}, { clock: undefined }],
  'platform.clock': [createVirtualClock()],
  'platform.openChannel': [() => undefined],
  'platform.random': [() => 0],
}

const refused: Record<string, [expected: string, values: unknown[]]> = {
  tokenSource: ['the URL of the merchant endpoint or a function', ['', 7, null, {}]],
  environment: [
    '"sandbox", "production" or { apiUrl, vaultUrl? } with https URLs',
    ['live', {}, { apiUrl: 'x' }, { apiUrl: 'http://x.example' }, { vaultUrl: 'https://x.example' }].concat([
      { apiUrl: 'https://x.example', vaultUrl: 'http://x.example' } as never,
    ]),
  ],
  checkoutId: ['a non-empty string', ['', 7]],
  merchantAccount: ['a string that a header can carry', ['', 'a b', 'a\nb', 7]],
  attachTo: [
    'an array of origins like "https://api.example.com"',
    ['https://x.example', ['https://x.example/'], ['http://x.example'], ['x'], ['https://x.example', 7]],
  ],
  minValidityMs: ['a number from 0 up', [-1, Number.NaN, Infinity, '1']],
  renewAt: ['a number from 0 to 1', [-0.1, 1.1]],
  renewWhen: ['in-use or always or never', ['sometimes', true]],
  requestTimeoutMs: ['a number from 1 up', [0]],
  budget: [
    '{ max, perMs } with whole numbers from 1 up',
    [{ max: 0, perMs: 1 }, { max: 1, perMs: 0 }, { max: 1.5, perMs: 1 }, { max: 1 }, 10],
  ],
  fallbackLifetimeMs: ['a number from 1 up', [0]],
  share: ['token or off', ['on', false]],
  replay: ['all or keyed or never or a function', ['twice', true]],
  isTokenRejected: ['a function', [true]],
  allowAuthenticationToken: ['false or true', [1]],
  'platform.clock': ['an object with now, monotonic, setTimeout, clearTimeout', [{}, { now: () => 0 }]],
  'platform.lifecycle': ['an object with ', [{}]],
  'platform.openChannel': ['a function', [{}]],
  fetch: ['a function', ['fetch']],
  'platform.random': ['a function', [0.5]],
  platform: ['an object', [null, 7]],
}

describe.each(Object.entries(accepted))('%s', (name, values) => {
  test.each(values.map((value) => [value]))(`the option ${name} accepts %o`, (value) => {
    expect(() => resolveOptions(withOption(name, value))).not.toThrow()
  })
})

describe.each(Object.entries(refused))('%s', (name, [expected, values]) => {
  test.each(values.map((value) => [value]))(`the option ${name} refuses %o`, (value) => {
    const refusal = expect.objectContaining({
      name: 'TypeError',
      message: expect.stringContaining(`"${name}" must be ${expected}`),
    })
    expect(() => resolveOptions(withOption(name, value))).toThrow(refusal)
  })
})

test.each([
  ['text', '"text"'],
  ['in_use', '"in_use"'],
  [7, '7'],
  [null, 'null'],
  [{ secret: 1 }, 'object'],
  [() => 7, 'function'],
  ['sandbox_uXpcGMAMs7hhbw9JifUuJlzUZS3zWD', 'a token (not shown)'],
  ['sandbox_eyJhIjogNDI5ODcsICJ0IjogNDJ9IA==.aHe7Tw.c2lnbmVk', 'a token (not shown)'],
])('the error of a refused option shows %o as %s', (value, named) => {
  const option = typeof value === 'function' ? 'environment' : 'renewWhen'
  expect(() => resolveOptions(withOption(option, value))).toThrow(
    new RegExp(`received ${named.replace('(', '.').replace(')', '.')}$`),
  )
})

test.each([
  ['minValidity', 'minValidityMs'],
  ['tokenSources', 'tokenSource'],
  ['enviroment', 'environment'],
  ['merchant', 'merchantAccount'],
  ['timeoutMs', 'requestTimeoutMs'],
  ['clock', 'platform.clock'],
  ['platform.clocks', 'platform.clock'],
  ['platform.randon', 'platform.random'],
])('the unknown option "%s" throws an error that names the closest one, "%s"', (name, known) => {
  expect(() => resolveOptions(withOption(name, 'x'))).toThrow(
    new TypeError(`"${name}" is not an option; the closest one is "${known}"`),
  )
})

test.each(['toString', 'debug', 'attempts', ''])(
  'the unknown option "%s" has no hint, because no option is close',
  (name) => {
    expect(() => resolveOptions(withOption(name, 'x'))).toThrow(new TypeError(`"${name}" is not an option`))
  },
)

test('an unknown option in snake case is shown, and a token is not', () => {
  expect(() => resolveOptions(withOption('allow_authentication_token', true))).toThrow(
    '"allow_authentication_token" is not an option; the closest one is "allowAuthenticationToken"',
  )
  expect(() => resolveOptions(withOption('sandbox_uXpcGMAMs7hhbw9JifUuJlzUZS3zWD', true))).toThrow(
    'a token (not shown) is not an option',
  )
})

test('a name of 20 000 characters is refused with a short message', () => {
  expect(() => resolveOptions(withOption('renew'.repeat(4000), 'x'))).toThrow(/^.{1,150}$/)
})

test('a function is no platform', () => {
  expect(() => resolveOptions(withOption('platform', () => {}))).toThrow('"platform" must be an object')
})

test('a polluted Object.prototype changes neither the environment, the budget nor the merchant endpoint', async () => {
  const polluted = {
    vaultUrl: 'https://evil.example',
    perMs: 1,
    headers: { 'X-Evil': '1' },
    credentials: 'include',
  }
  const sent: RequestInit[] = []
  const fetch = async (_: unknown, init: RequestInit): Promise<Response> => {
    sent.push({ ...init })
    return Response.json({ token: 'sandbox_a' })
  }
  const names = Object.keys(polluted)
  for (const [name, value] of Object.entries(polluted)) {
    Reflect.defineProperty(Object.prototype, name, { value, configurable: true, writable: true })
  }
  try {
    const environment = { apiUrl: 'https://api.example' }
    const settings = resolveOptions({ tokenSource, environment })
    expect(settings.attachment.covers('https://evil.example/')).toBe(false)
    expect(() => resolveOptions({ tokenSource, budget: { max: 1 } as never })).toThrow('"budget" must be')
    const { signal } = new AbortController()
    await merchantEndpoint('/token', { fetch })({ reason: 'first', checkoutId: 'c', attempt: 1, signal })
  } finally {
    for (const name of names) Reflect.deleteProperty(Object.prototype, name)
  }
  expect(new Headers(sent[0]!.headers).has('X-Evil')).toBe(false)
  expect(sent[0]!.credentials).toBe('same-origin')
})

test('an unknown option that is undefined is ignored', () => {
  expect(() => resolveOptions(withOption('session', undefined))).not.toThrow()
})

test('a platform replaces only the members that it has', () => {
  const clock = createVirtualClock()
  const settings = resolveOptions({ tokenSource, platform: { clock } })
  expect(settings.clock).toBe(clock)
  expect(settings.random).toBeTypeOf('function')
  expect(settings.lifecycle.visible()).toBe(true)
})

test('inherited options are not read', () => {
  const options = Object.assign(Object.create({ attachTo: ['https://evil.example'], unknown: 1 }), {
    tokenSource,
  })
  expect(resolveOptions(options).attachment.covers('https://evil.example/')).toBe(false)
})

test('a token as tokenSource is refused', () => {
  const value = 'sandbox_uXpcGMAMs7hhbw9JifUuJlzUZS3zWD'
  expect(() => resolveOptions({ tokenSource: value })).toThrow('received a token (not shown)')
})

describe('tabs share a channel', () => {
  function channelOf(
    options: Partial<ForageSessionOptions>,
    checkoutId: string | undefined = 'cart-1',
  ): unknown {
    return resolveOptions({ tokenSource: '/token', ...options }).channelName(checkoutId)
  }
  const usual = channelOf({})

  test('tabs share a channel only if their token requests would be the same', () => {
    expect(usual).toBe('forage-session ["/token",null,null,"cart-1"]')
    const others = [
      channelOf({ tokenSource: '/other' }),
      channelOf({ environment: 'sandbox' }),
      channelOf({ merchantAccount: 'mid/1' }),
      channelOf({}, 'cart-2'),
    ]
    expect(new Set([usual, ...others]).size).toBe(5)
    expect(channelOf({ tokenSource })).toBe('forage-session [null,null,null,"cart-1"]')
  })

  test('no channel is opened without a checkout or with share: off', () => {
    expect(resolveOptions({ tokenSource }).channelName(undefined)).toBeUndefined()
    expect(channelOf({ share: 'off' })).toBeUndefined()
  })
})
