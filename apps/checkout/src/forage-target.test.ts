import { expect, test } from 'vitest'

import { forageTarget } from './forage-target.ts'

const credentials = {
  FORAGE_CLIENT_ID: 'id',
  FORAGE_CLIENT_SECRET: 'secret',
  FORAGE_MERCHANT_ID: '123ab45c67',
}

test('without credentials the target is the emulator', () => {
  expect(forageTarget({})).toEqual({ kind: 'emulator' })
  expect(forageTarget({ FORAGE_CLIENT_ID: '' })).toEqual({ kind: 'emulator' })
})

test("with credentials the target is Forage's sandbox", () => {
  expect(forageTarget(credentials)).toMatchObject({
    kind: 'real',
    apiUrl: 'https://api.sandbox.joinforage.app',
    vaultUrl: 'https://vault.sandbox.joinforage.app',
    merchantAccount: 'mid/123ab45c67',
  })
})

test('FORAGE_ENVIRONMENT=production selects the production API', () => {
  const target = forageTarget({ ...credentials, FORAGE_ENVIRONMENT: 'production' })
  expect(target).toMatchObject({ apiUrl: 'https://api.joinforage.app' })
})

test('FORAGE_API_URL and FORAGE_SDK_URL replace the public URLs', () => {
  const own = {
    FORAGE_API_URL: 'http://127.0.0.1:4010/',
    FORAGE_SDK_URL: 'http://127.0.0.1:4010/sdk/forage.js',
  }
  expect(forageTarget({ ...credentials, ...own })).toMatchObject({
    apiUrl: 'http://127.0.0.1:4010',
    sdkUrl: 'http://127.0.0.1:4010/sdk/forage.js',
  })
})

test.each([
  [
    'the error names the missing variables',
    { FORAGE_CLIENT_ID: 'id' },
    'FORAGE_CLIENT_SECRET and FORAGE_MERCHANT_ID are not set',
  ],
  ['an unknown FORAGE_ENVIRONMENT is refused', { ...credentials, FORAGE_ENVIRONMENT: 'prod' }, 'got "prod"'],
  [
    'a FORAGE_API_URL that is not a URL is refused',
    { ...credentials, FORAGE_API_URL: 'sandbox' },
    'FORAGE_API_URL must be',
  ],
])('%s', (_, env, sentence) => {
  expect(() => forageTarget(env)).toThrow(sentence)
})
