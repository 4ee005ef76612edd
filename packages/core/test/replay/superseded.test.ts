import { describe, expect, test } from 'vitest'

import { createForageSession } from '../../src/index.ts'
import { createForageClient } from '../../src/ky.ts'
import { createVirtualClock } from '../../src/testing/index.ts'
import { api, createGate, createRefusingApi, createTokenCounter, refusal, wait } from '../refusing-api.ts'

const address = `${api}/api/x/`

describe('many 401s of one token', () => {
  test('many 401s at the same time cost one token request, and each request is replayed', async () => {
    const { session, sent, tokenRequests } = createRefusingApi()
    const responses = await Promise.all(Array.from({ length: 10 }, () => session.fetch(address)))
    expect(responses.map(({ status }) => status)).toEqual(Array(10).fill(200))
    expect([sent.length, tokenRequests()]).toEqual([20, 2])
  })

  test('401s that arrive 30 ms apart cost one token request, even if each new token ends the previous one', async () => {
    const clock = createVirtualClock()
    const mint = createTokenCounter()
    let good = ''
    let arrivals = 0
    let sent = 0
    const session = createForageSession({
      tokenSource: async () => {
        await wait(clock, 10)
        return (good = mint())
      },
      environment: 'sandbox',
      platform: { clock },
      fetch: async (_, init) => {
        const isGood = (): boolean => new Headers(init?.headers).get('Authorization') === `Bearer ${good}`
        sent += 1
        if (good !== 'sandbox_token-1') return new Response(null, { status: isGood() ? 200 : 401 })
        await wait(clock, (arrivals += 1) * 30)
        return refusal()
      },
    })
    const calls = Array.from({ length: 10 }, () => session.fetch(address))
    await clock.advance(1000)
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(Array(10).fill(200))
    expect([good, sent]).toEqual(['sandbox_token-2', 20])
  })

  test('a thousand 401s cost one token request, even if the calls share a signal', async () => {
    const { session, sent, tokenRequests } = createRefusingApi()
    const { signal } = new AbortController()
    const calls = Array.from({ length: 1000 }, () => session.fetch(address, { signal }))
    const responses = await Promise.all(calls)
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]))
    expect([sent.length, tokenRequests()]).toEqual([2000, 2])
  })

  test('many 401s are answered in the order of the calls, and a caller who throws stops no other', async () => {
    const { session } = createRefusingApi()
    const order: number[] = []
    const calls = Array.from({ length: 5 }, async (_, index) => {
      await session.fetch(address)
      order.push(index)
      if (index === 1) throw new Error('of the caller')
    })
    const settled = await Promise.allSettled(calls)
    expect(order).toEqual([0, 1, 2, 3, 4])
    expect(settled.filter(({ status }) => status === 'rejected')).toHaveLength(1)
  })

  test('a 401 that arrives after a newer token is replayed with that token, without a token request', async () => {
    const late = createGate()
    const { session, tokens, tokenRequests } = createRefusingApi({}, [
      async () => {
        await late.opened
        return refusal()
      },
    ])
    const response = session.fetch(address)
    await session.getToken()
    await session.renew()
    late.open()
    await expect(response).resolves.toMatchObject({ status: 200 })
    expect(tokens()).toEqual(['Bearer sandbox_token-1', 'Bearer sandbox_token-2'])
    expect(tokenRequests()).toBe(2)
  })
})

describe('the token request of a 401', () => {
  test('a 401 causes a token request even if the token is valid by the clock', async () => {
    const reasons: string[] = []
    const mint = createTokenCounter()
    const { session } = createRefusingApi({
      tokenSource: async ({ reason }) => {
        reasons.push(reason)
        return { token: mint(), expires_in: 900 }
      },
    })
    await session.fetch(address)
    expect(reasons).toEqual(['first', 'rejected'])
  })

  test('if the token source returns the same token and it expired during the request, the 401 is not replayed', async () => {
    const gate = createGate()
    const { clock, session, sent, events } = createRefusingApi(
      { tokenSource: async () => ({ token: 'sandbox_same', expires_in: 60 }), renewWhen: 'never' },
      [() => gate.opened.then(refusal)],
    )
    const response = session.fetch(address, { method: 'POST', body: '{}' })
    await clock.advance(61_000)
    gate.open()
    await expect(response).resolves.toMatchObject({ status: 401 })
    expect(sent).toHaveLength(1)
    expect(events).toContainEqual(expect.objectContaining({ type: 'token-failed', code: 'token_reused' }))
    session.close()
  })

  test('if the token source returns the rejected token again, the 401 is not replayed and token_reused is emitted', async () => {
    const { session, sent, events, tokenRequests } = createRefusingApi({
      tokenSource: async () => 'sandbox_token-1',
    })
    await expect(session.fetch(address)).resolves.toMatchObject({ status: 401 })
    expect([sent.length, tokenRequests()]).toEqual([1, 2])
    expect(events).toContainEqual(expect.objectContaining({ type: 'token-failed', code: 'token_reused' }))
  })

  test.each<[string, unknown, string]>([
    ['an empty string', '', 'token_malformed'],
    ['an empty token', { token: '' }, 'token_missing'],
    ['undefined', undefined, 'token_missing'],
    ['a number', { token: 42 }, 'token_missing'],
    ['the text of a JSON body', '{"token":"sandbox_token","expires_in":900}', 'token_malformed'],
    ['a quoted text', '"sandbox_token"', 'token_malformed'],
    ['a line break', 'sandbox_token\nX-Evil: 1', 'token_malformed'],
  ])(
    'if the token source returns %s, the failure has a code and no request carries that value',
    async (_, answer, code) => {
      const first = createRefusingApi({ tokenSource: async () => answer as string })
      await expect(first.session.fetch(address)).rejects.toMatchObject({
        code: expect.stringMatching(/^token_/),
      })
      expect(first.sent).toEqual([])

      let requests = 0
      const { session, tokens, events } = createRefusingApi({
        tokenSource: async () => ((requests += 1) === 1 ? 'sandbox_token-1' : (answer as string)),
      })
      await expect(session.fetch(address)).resolves.toMatchObject({ status: 401 })
      expect(tokens()).toEqual(['Bearer sandbox_token-1'])
      expect(events).toContainEqual(expect.objectContaining({ type: 'token-failed', code }))
    },
  )

  test('a new request waits for the token request of a 401, and is then sent once with the new token', async () => {
    const renewal = createGate()
    const mint = createTokenCounter()
    const { clock, session, tokens } = createRefusingApi({
      tokenSource: async ({ reason }) => {
        if (reason === 'rejected') await renewal.opened
        return mint()
      },
    })
    const first = session.fetch(address)
    await clock.advance(0)
    const second = session.fetch(address)
    await clock.advance(0)
    expect(tokens()).toEqual(['Bearer sandbox_token-1'])
    renewal.open()
    await Promise.all([first, second])
    expect(tokens().slice(1)).toEqual(['Bearer sandbox_token-2', 'Bearer sandbox_token-2'])
  })

  test('an early renewal delays no request', async () => {
    const renewal = createGate()
    const mint = createTokenCounter()
    const { clock, session, tokens } = createRefusingApi(
      {
        tokenSource: async ({ reason }) => {
          if (reason === 'renewal') await renewal.opened
          return mint()
        },
      },
      [() => new Response()],
    )
    await session.getToken()
    await clock.advance(0.8 * 900_000)
    expect(session.getSnapshot()).toMatchObject({ status: 'ready', renewing: true })
    await expect(session.fetch(address)).resolves.toMatchObject({ status: 200 })
    expect(tokens()).toEqual(['Bearer sandbox_token-1'])
    renewal.open()
  })

  test('a token source may answer or throw synchronously, and the next 401 requests a token again', async () => {
    const mint = createTokenCounter()
    let requests = 0
    const clock = createVirtualClock()
    const session = createForageSession({
      tokenSource: () => {
        requests += 1
        if (requests === 2) throw new Error('thrown synchronously')
        return Promise.resolve(mint())
      },
      environment: 'sandbox',
      platform: { clock, random: () => 0 },
      fetch: async (_, init) =>
        new Headers(init?.headers).get('Authorization') === 'Bearer sandbox_token-1'
          ? refusal()
          : new Response(),
    })
    await expect(session.fetch(address)).resolves.toMatchObject({ status: 401 })
    await clock.advance(60_000)
    await expect(session.fetch(address)).resolves.toMatchObject({ status: 200 })
    expect(requests).toBe(3)
  })

  test('a listener may fetch while a token request for a 401 is in progress', async () => {
    const { session, sent } = createRefusingApi()
    const own: Promise<Response>[] = []
    session.on(({ type }) => {
      if (type === 'token-received' || type === 'token-invalidated') own.push(session.fetch(address))
    })
    await expect(session.fetch(address)).resolves.toMatchObject({ status: 200 })
    for (const response of own) await expect(response).resolves.toMatchObject({ status: 200 })
    expect(own.length).toBeGreaterThan(1)
    expect(sent.length).toBeLessThanOrEqual(2 * (own.length + 1))
  })

  test('a new call whose token is rejected as well requests another token', async () => {
    const { session, tokens } = createRefusingApi({}, [refusal, refusal, refusal])
    await expect(session.fetch(address)).resolves.toMatchObject({ status: 401 })
    await expect(session.fetch(address)).resolves.toMatchObject({ status: 200 })
    const used = [1, 2, 2, 3].map((number) => `Bearer sandbox_token-${number}`)
    expect(tokens()).toEqual(used)
  })
})

describe('sharing between calls', () => {
  test('two sessions share nothing, like two merchants or two requests of a server', async () => {
    const [one, other] = [createRefusingApi(), createRefusingApi()]
    await Promise.all([one.session.fetch(address), other.session.fetch(address)])
    expect([one.tokenRequests(), other.tokenRequests()]).toEqual([2, 2])
    expect(other.session.getSnapshot()).not.toBe(one.session.getSnapshot())
  })

  test('two clients of one session share the token request', async () => {
    const { session, tokenRequests } = createRefusingApi()
    const clients = [createForageClient(session), createForageClient(session)]
    await Promise.all(clients.map((client) => client.get('api/x/').json()))
    expect(tokenRequests()).toBe(2)
  })

  test('two queries of one tick share the token request, as in React’s strict mode', async () => {
    const { session, tokenRequests } = createRefusingApi({}, [() => new Response(), () => new Response()])
    await Promise.all([session.fetch(address), session.fetch(address)])
    expect(tokenRequests()).toBe(1)
  })
})
