import { describe, expect, test } from 'vitest'

import { createForageSession, type ForageSessionOptions } from '../../src/index.ts'

/** Returns those of the URLs whose request carries the token. */
async function attachedOf(options: Partial<ForageSessionOptions>, urls: string[]): Promise<string[]> {
  const attached: string[] = []
  const session = createForageSession({
    tokenSource: async () => 'sandbox_token-1',
    ...options,
    fetch: async (input, init) => {
      if (new Headers(init?.headers).has('Authorization')) attached.push(input as string)
      return new Response()
    },
  })
  await Promise.allSettled(urls.map((url) => session.fetch(url)))
  session.close()
  return attached
}

describe('the origins that get the token', () => {
  test.each([
    ['sandbox', ['https://api.sandbox.joinforage.app/api/x/', 'https://vault.sandbox.joinforage.app/']],
    ['production', ['https://api.joinforage.app/api/x/', 'https://vault.joinforage.app/']],
    [undefined, ['https://api.sandbox.joinforage.app/api/x/', 'https://vault.sandbox.joinforage.app/']],
  ] as const)(
    'with the environment %s the token goes only to its API and vault',
    async (environment, own) => {
      const tokenSource = async (): Promise<string> =>
        `${environment === 'production' ? 'prod' : 'sandbox'}_a`
      const urls = [
        'https://api.sandbox.joinforage.app/api/x/',
        'https://vault.sandbox.joinforage.app/',
        'https://api.joinforage.app/api/x/',
        'https://vault.joinforage.app/',
        'https://joinforage.app/',
        'https://api.sandbox.joinforage.app.evil.example/',
        'https://api.sandbox.joinforage.app:8443/',
        'http://api.sandbox.joinforage.app/',
        'https://evil.example/?https://api.sandbox.joinforage.app/',
      ]
      expect(await attachedOf({ environment, tokenSource }, urls)).toEqual(own)
    },
  )

  test('the token goes only to the exact origins of attachTo, and to no origin if the list is empty', async () => {
    const urls = ['https://api.sandbox.joinforage.app/', 'https://proxy.example/', 'https://a.proxy.example/']
    expect(await attachedOf({ environment: 'sandbox', attachTo: ['https://proxy.example'] }, urls)).toEqual([
      'https://proxy.example/',
    ])
    expect(await attachedOf({ environment: 'sandbox', attachTo: [] }, urls)).toEqual([])
  })

  test.each(['http://localhost:8080', 'http://127.0.0.1:8080', 'http://[::1]:8080', 'http://a.localhost'])(
    'the token goes over http to this machine: %s',
    async (apiUrl) => {
      expect(await attachedOf({ environment: { apiUrl } }, [`${apiUrl}/api/x/`])).toEqual([
        `${apiUrl}/api/x/`,
      ])
    },
  )

  test('the token goes to the API and the vault of a custom environment', async () => {
    const environment = { apiUrl: 'https://api.example/base', vaultUrl: 'https://vault.example' }
    const urls = ['https://api.example/x', 'https://vault.example/x', 'https://api.sandbox.joinforage.app/']
    expect(await attachedOf({ environment }, urls)).toEqual(urls.slice(0, 2))
  })
})

test('a request is not replayed with a newer token of another environment', async () => {
  const carried: (string | null)[] = []
  const tokens = ['sandbox_token-1', 'prod_token-2']
  const session = createForageSession({
    tokenSource: async () => tokens.shift()!,
    fetch: async (_, init) => {
      carried.push(new Headers(init?.headers).get('Authorization'))
      return new Response('{}', { status: 401 })
    },
  })
  const response = await session.fetch('https://api.sandbox.joinforage.app/api/x/')
  expect(response.status).toBe(401)
  await expect(response.text()).resolves.toBe('{}')
  expect(carried).toEqual(['Bearer sandbox_token-1'])
  session.close()
})

test('apiUrl is the environment’s API, and undefined without an environment', () => {
  const apiUrlOf = (environment?: ForageSessionOptions['environment']): string | undefined =>
    createForageSession({ tokenSource: '/token', environment }).apiUrl
  expect(apiUrlOf('sandbox')).toBe('https://api.sandbox.joinforage.app')
  expect(apiUrlOf('production')).toBe('https://api.joinforage.app')
  expect(apiUrlOf({ apiUrl: 'https://api.example/base' })).toBe('https://api.example/base')
  expect(apiUrlOf()).toBeUndefined()
})
