import { afterEach, describe, expect, test } from 'vitest'

import { createForageSession, merchantEndpoint } from '../../src/index.ts'
import { createForageClient } from '../../src/ky.ts'
import { api, createRefusingApi } from '../refusing-api.ts'

const polluted: string[] = []

afterEach(() => {
  for (const name of polluted.splice(0)) Reflect.deleteProperty(Object.prototype, name)
})

/** Adds a member to `Object.prototype`, as other code in a page may. */
function pollute(name: string, value: unknown): void {
  const { prototype } = Object
  polluted.push(name)
  Object.assign(prototype, { [name]: value })
}

describe('the options of a call are checked like those of the session', () => {
  test.each([Number.NaN, -1, Infinity, '30000', null])(
    'minValidityMs %o is refused',
    async (minValidityMs) => {
      const { session, tokenRequests } = createRefusingApi()
      const options = { minValidityMs } as { minValidityMs: number }
      const refusal = {
        name: 'TypeError',
        message: expect.stringMatching(/^"minValidityMs" must be a number from 0 up/),
      }
      await expect(session.getToken(options)).rejects.toMatchObject(refusal)
      await expect(session.withToken(async () => 1, options)).rejects.toMatchObject(refusal)
      expect(tokenRequests()).toBe(0)
    },
  )

  test('only true lets withToken run a second time', async () => {
    const { session } = createRefusingApi()
    let runs = 0
    const run = (): Promise<never> => {
      runs += 1
      return Promise.reject(Object.assign(new Error('PIN'), { httpStatusCode: 401 }))
    }
    const replay = 'never' as unknown as boolean
    await expect(session.withToken(run, { replay })).rejects.toThrow('PIN')
    expect(runs).toBe(1)
  })

  test.each(['', null, 42])('setCheckout(%o) is refused and changes nothing', async (id) => {
    const { session } = createRefusingApi({ checkoutId: 'cart-1' })
    await session.getToken()
    expect(() => session.setCheckout(id as string)).toThrow(
      expect.objectContaining({
        name: 'TypeError',
        message: expect.stringMatching(/^"checkoutId" must be a non-empty string, received /),
      }),
    )
    expect(session.checkoutId).toBe('cart-1')
    expect(session.getSnapshot().status).toBe('ready')
  })

  test('undefined means the default', async () => {
    const { session } = createRefusingApi({ checkoutId: 'cart-1' })
    const none = { minValidityMs: undefined, rejected: undefined, signal: undefined } as object
    await expect(session.getToken(none)).resolves.toBe('sandbox_token-1')
    session.setCheckout(undefined)
    expect(session.checkoutId).toBeUndefined()
  })
})

describe('Object.prototype with members of other code', () => {
  test.each<[string, unknown]>([
    ['rejected', 'x'],
    ['minValidityMs', 899_999],
    ['verified', true],
    ['replay', true],
    ['isRejected', () => true],
  ])('%s is no option of a call', async (name, value) => {
    const { session, tokenRequests } = createRefusingApi()
    await session.getToken()
    pollute(name, value)
    const { signal } = new AbortController()
    await expect(session.getToken({ signal })).resolves.toBe('sandbox_token-1')
    const run = async (): Promise<never> => {
      throw new Error('PIN')
    }
    await expect(session.withToken(run, {})).rejects.toThrow('PIN')
    expect(tokenRequests()).toBe(1)
  })

  test.each<[string, unknown]>([
    ['vaultUrl', 'https://evil.example'],
    ['attachTo', ['https://evil.example']],
  ])('%s gives no other origin the token', async (name, value) => {
    pollute(name, value)
    const { session, sent } = createRefusingApi({ environment: { apiUrl: api } }, [() => new Response()])
    await session.fetch('https://evil.example/x')
    expect(sent[0]!.headers.has('Authorization')).toBe(false)
  })

  test('headers, credentials and fetch are no options of a merchant endpoint', async () => {
    let init: RequestInit | undefined
    const fetch = async (_: unknown, given?: RequestInit): Promise<Response> => {
      init = given
      return Response.json({ token: 'sandbox_token-1' })
    }
    pollute('credentials', 'include')
    pollute('headers', { 'X-Evil': '1' })
    const session = createForageSession({ tokenSource: merchantEndpoint('https://shop.example/', { fetch }) })
    await session.getToken()
    expect(init!.credentials).toBe('same-origin')
    expect(new Headers(init!.headers).has('X-Evil')).toBe(false)
  })

  test.each<[string, unknown]>([
    ['token', 'sandbox_of-another'],
    ['expires_in', 1],
  ])('%s is not read from a token response', async (name, value) => {
    pollute(name, value)
    const answer = { access_token: 'sandbox_own' } as unknown as { token: string }
    const { session } = createRefusingApi({ tokenSource: async () => answer })
    await expect(session.getToken()).resolves.toBe('sandbox_own')
    const snapshot = session.getSnapshot() as { expiresAt: number }
    expect(snapshot.expiresAt - Date.UTC(2026, 0, 1)).toBe(900_000)
  })

  test('code is not read from the body of a 401', async () => {
    pollute('code', 'ebt_error_55')
    const { session } = createRefusingApi({}, [() => Response.json({}, { status: 401 })])
    await expect(session.fetch(`${api}/x`)).resolves.toMatchObject({ status: 200 })
  })

  test('prefix is no option of a ky client', () => {
    pollute('prefix', 'https://evil.example')
    const { session } = createRefusingApi()
    const withoutUrl = { fetch: session.fetch, apiUrl: undefined }
    expect(() => createForageClient(withoutUrl)).toThrow(TypeError)
  })
})
