import { describe, expect, test } from 'vitest'

import { createForageSession } from '../../src/index.ts'
import { createForageClient } from '../../src/ky.ts'
import { createVirtualClock } from '../../src/testing/index.ts'
import { api, createGate, createRefusingApi, createTokenCounter, refusal, wait } from '../refusing-api.ts'

const address = `${api}/api/x/`

describe('many 401s of one token', () => {
  test('at once cost one token request, and each request is replayed (case 13)', async () => {
    const { session, sent, tokenRequests } = createRefusingApi()
    const responses = await Promise.all(Array.from({ length: 10 }, () => session.fetch(address)))
    expect(responses.map(({ status }) => status)).toEqual(Array(10).fill(200))
    expect([sent.length, tokenRequests()]).toEqual([20, 2])
  })

  test('that arrive 30 ms apart cost one token request, also where each token ends the one before (case 14)', async () => {
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
      clock,
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

  test('a thousand cost one token request, whatever of them share a signal (case 26)', async () => {
    const { session, sent, tokenRequests } = createRefusingApi()
    const { signal } = new AbortController()
    const calls = Array.from({ length: 1000 }, () => session.fetch(address, { signal }))
    const responses = await Promise.all(calls)
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]))
    expect([sent.length, tokenRequests()]).toEqual([2000, 2])
  })

  test('are answered in the order of the calls, and one caller who throws stops no other (case 25)', async () => {
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

  test('one that comes after a newer token is replayed with that one, and asks for none (case 15)', async () => {
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
  test('is made although the token is good by the clock (case 27)', async () => {
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

  test('that brings the same token again, which ran out while the request was under way: no replay', async () => {
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

  test('that brings the same token again: no replay, the 401, and token_reused is told (case 16)', async () => {
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
    ['a line break', 'sandbox_token\nX-Evil: 1', 'token_malformed'],
  ])('that brings %s: a typed failure, and nothing is sent with it (case 17)', async (_, answer, code) => {
    const first = createRefusingApi({ tokenSource: async () => answer as string })
    await expect(first.session.fetch(address)).rejects.toMatchObject({
      code: expect.stringMatching(/^token_/),
    })
    expect(first.sent).toEqual([])

    let asked = 0
    const { session, tokens, events } = createRefusingApi({
      tokenSource: async () => ((asked += 1) === 1 ? 'sandbox_token-1' : (answer as string)),
    })
    await expect(session.fetch(address)).resolves.toMatchObject({ status: 401 })
    expect(tokens()).toEqual(['Bearer sandbox_token-1'])
    expect(events).toContainEqual(expect.objectContaining({ type: 'token-failed', code }))
  })

  test('holds back a new request, which then goes out once, with the new token (case 23)', async () => {
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

  test('that is only early holds back nobody (case 24)', async () => {
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

  test('may be answered, or refused, at once: the next 401 asks again (cases 20, 21)', async () => {
    const mint = createTokenCounter()
    let asked = 0
    const clock = createVirtualClock()
    const session = createForageSession({
      tokenSource: () => {
        asked += 1
        if (asked === 2) throw new Error('at once')
        return Promise.resolve(mint())
      },
      environment: 'sandbox',
      clock,
      random: () => 0,
      fetch: async (_, init) =>
        new Headers(init?.headers).get('Authorization') === 'Bearer sandbox_token-1'
          ? refusal()
          : new Response(),
    })
    await expect(session.fetch(address)).resolves.toMatchObject({ status: 401 })
    await clock.advance(60_000)
    await expect(session.fetch(address)).resolves.toMatchObject({ status: 200 })
    expect(asked).toBe(3)
  })

  test('may be heard of by a listener that fetches itself (case 22)', async () => {
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

  test('is made anew for a new call whose token is refused, too (case 28)', async () => {
    const { session, tokens } = createRefusingApi({}, [refusal, refusal, refusal])
    await expect(session.fetch(address)).resolves.toMatchObject({ status: 401 })
    await expect(session.fetch(address)).resolves.toMatchObject({ status: 200 })
    const used = [1, 2, 2, 3].map((number) => `Bearer sandbox_token-${number}`)
    expect(tokens()).toEqual(used)
  })
})

describe('what is shared', () => {
  test('nothing between two sessions, as for two merchants or two requests of a server (cases 18, 86)', async () => {
    const [one, other] = [createRefusingApi(), createRefusingApi()]
    await Promise.all([one.session.fetch(address), other.session.fetch(address)])
    expect([one.tokenRequests(), other.tokenRequests()]).toEqual([2, 2])
    expect(other.session.getSnapshot()).not.toBe(one.session.getSnapshot())
  })

  test('the token request between two clients of one session (case 19)', async () => {
    const { session, tokenRequests } = createRefusingApi()
    const clients = [createForageClient(session), createForageClient(session)]
    await Promise.all(clients.map((client) => client.get('api/x/').json()))
    expect(tokenRequests()).toBe(2)
  })

  test('the token request between two queries of one tick, as React’s strict mode makes them (case 39)', async () => {
    const { session, tokenRequests } = createRefusingApi({}, [() => new Response(), () => new Response()])
    await Promise.all([session.fetch(address), session.fetch(address)])
    expect(tokenRequests()).toBe(1)
  })
})
