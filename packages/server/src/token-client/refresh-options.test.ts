import { expect, it } from 'vitest'

import { resolveTokenClient, type OAuthTokenClientOptions } from './refresh-options.ts'

const credentials = { clientId: 'id', clientSecret: 'secret' }
const quidkey = { dialect: 'quidkey', environment: 'sandbox', credentials } as const
const rfc6749 = {
  dialect: 'rfc6749',
  environment: { apiUrl: 'https://api.example', tokenPath: '/token' },
  credentials,
} as const

it.each([
  [{ ...quidkey, refreshLifetime: 1 }, 'refreshLifetime', 'refreshLifetimeSeconds'],
  [{ ...rfc6749, scopes: 'a' }, 'scopes', 'scope'],
  [{ ...quidkey, stores: {} }, 'stores', 'store'],
])(
  'createOAuthTokenClient refuses the unknown option in %o and names the closest one',
  (options, unknown, closest) => {
    expect(() => resolveTokenClient(options as OAuthTokenClientOptions)).toThrow(
      new TypeError(`Unknown option "${unknown}"; did you mean "${closest}"?`),
    )
  },
)

it('a client of Quidkey refuses the options of RFC 6749, which it would ignore', () => {
  for (const option of ['scope', 'clientAuth']) {
    const options = { ...quidkey, [option]: 'basic' } as unknown as OAuthTokenClientOptions
    expect(() => resolveTokenClient(options)).toThrow(`Unknown option "${option}"`)
  }
})

it('a client of Quidkey ignores an option of RFC 6749 that is undefined', () => {
  const options = { ...quidkey, scope: undefined, clientAuth: undefined } as object
  expect(resolveTokenClient(options as OAuthTokenClientOptions)).toMatchObject({ dialect: 'quidkey' })
})

it('options that are undefined have their defaults', () => {
  const options = { ...rfc6749, scope: undefined, store: undefined, clientAuth: undefined } as object
  expect(resolveTokenClient(options as OAuthTokenClientOptions)).toMatchObject({
    name: 'rfc6749',
    scope: undefined,
    clientAuth: 'basic',
    refreshLifetimeMs: 86_400_000,
  })
})

it('an error about an address never shows what could be a secret', () => {
  const secret = 'do-not-print-me'
  for (const options of [
    { ...quidkey, environment: `https://id:${secret}@api.example` },
    { ...quidkey, environment: { apiUrl: `https://id:${secret}@api.example:port` } },
    { ...rfc6749, environment: `https://api.example/${secret}` },
    { ...rfc6749, environment: { ...rfc6749.environment, authUrl: `https://auth.example?key=${secret}` } },
  ]) {
    const resolve = (): unknown => resolveTokenClient(options as unknown as OAuthTokenClientOptions)
    expect(resolve).toThrow('Option "environment')
    expect(resolve).not.toThrow(secret)
  }
})
