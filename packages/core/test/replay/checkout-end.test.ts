import { describe, expect, test } from 'vitest'

import { api, createGate, createRefusingApi, createTokenCounter, expired, refusal } from '../refusing-api.ts'

const address = `${api}/api/payments/`
const payment = { method: 'POST', body: '{}' }

describe('signing out while a 401 waits for its token', () => {
  test('signing out while a 401 waits for its token returns that 401, keeps no token and shares none', async () => {
    const renewal = createGate()
    const mint = createTokenCounter()
    const { clock, session, sent, tokenRequests } = createRefusingApi({
      tokenSource: async ({ reason }) => {
        if (reason === 'rejected') await renewal.opened
        return mint()
      },
    })
    const response = session.fetch(address, payment)
    await clock.advance(0)
    session.clear()
    await expect(response.then((answer) => answer.json())).resolves.toEqual(expired)
    renewal.open()
    await clock.advance(0)
    expect([sent.length, tokenRequests()]).toEqual([1, 2])
    expect(session.getSnapshot()).toEqual({ status: 'idle' })
  })

  test('a failure from before a sign-out does not affect the customer who signed in after it', async () => {
    const old = createGate()
    const mint = createTokenCounter()
    let requests = 0
    const { clock, session } = createRefusingApi({
      tokenSource: async () => {
        requests += 1
        if (requests !== 2) return mint()
        await old.opened
        throw new Error('from the previous customer')
      },
    })
    const response = session.fetch(address, payment)
    await clock.advance(0)
    session.clear()
    await expect(response).resolves.toMatchObject({ status: 401 })
    await expect(session.getToken()).resolves.toBe('sandbox_token-2')
    old.open()
    await clock.advance(0)
    expect(session.getSnapshot()).toMatchObject({ status: 'ready' })
    await expect(session.getToken()).resolves.toBe('sandbox_token-2')
  })
})

describe('another checkout', () => {
  test('another checkout is not paid with a request that was not sent yet', async () => {
    const first = createGate()
    const mint = createTokenCounter()
    const { clock, session, sent } = createRefusingApi({
      checkoutId: 'cart-1',
      tokenSource: async () => {
        await first.opened
        return mint()
      },
    })
    const response = session.fetch(address, payment)
    response.catch(() => {})
    await clock.advance(0)
    session.setCheckout('cart-2')
    first.open()
    await expect(response).rejects.toMatchObject({ code: 'checkout_changed' })
    expect(sent).toEqual([])
  })

  test('another checkout is not paid with a request whose body was still being read', async () => {
    const { session, sent, tokenRequests } = createRefusingApi({ checkoutId: 'cart-1' })
    const response = session.fetch(new Request(address, payment))
    session.setCheckout('cart-2')
    await expect(response).rejects.toMatchObject({ code: 'checkout_changed' })
    expect(sent).toEqual([])
    expect(tokenRequests()).toBeLessThanOrEqual(1)
  })

  test('another checkout is not paid with a request that was rejected in the previous checkout', async () => {
    const late = createGate()
    const { clock, session, sent, tokenRequests } = createRefusingApi({ checkoutId: 'cart-1' }, [
      async () => {
        await late.opened
        return refusal()
      },
    ])
    const response = session.fetch(address, payment)
    await clock.advance(0)
    session.setCheckout('cart-2')
    late.open()
    await expect(response).resolves.toMatchObject({ status: 401 })
    await clock.advance(0)
    expect([sent.length, tokenRequests()]).toEqual([1, 1])
  })

  test.each(['on', 'subscribe'] as const)(
    'if a listener (%s) switches the checkout at the moment of the token, waiting callers get checkout_changed and no token is kept',
    async (listen) => {
      const { session, sent } = createRefusingApi({ checkoutId: 'cart-1' })
      if (listen === 'on') {
        session.on(({ type }) => void (type === 'token-received' && session.setCheckout('cart-2')))
      } else {
        session.subscribe(
          () => void (session.getSnapshot().status === 'ready' && session.setCheckout('cart-2')),
        )
      }
      const calls = [session.fetch(address, payment), session.getToken(), session.withToken(async () => 1)]
      for (const call of await Promise.allSettled(calls)) {
        expect(call).toMatchObject({ status: 'rejected', reason: { code: 'checkout_changed' } })
      }
      expect(sent).toEqual([])
      expect(session.getSnapshot()).toEqual({ status: 'idle' })
    },
  )

  test('another checkout is not paid with a request or a step whose newer token arrived right before the switch', async () => {
    for (const start of ['fetch', 'withToken'] as const) {
      const renewal = createGate()
      const mint = createTokenCounter()
      const { clock, session, sent } = createRefusingApi({
        checkoutId: 'cart-1',
        tokenSource: async ({ reason }) => {
          if (reason === 'rejected') await renewal.opened
          return mint()
        },
      })
      const runs: string[] = []
      const refused = async (token: string): Promise<never> => {
        runs.push(token)
        throw { httpStatusCode: 401 }
      }
      const call: Promise<unknown> =
        start === 'fetch'
          ? session.fetch(address, payment)
          : session.withToken(refused, { replay: true }).catch(() => {})
      await clock.advance(0)
      const switched = session.renew().then(() => session.setCheckout('cart-2'))
      await clock.advance(0)
      renewal.open()
      await Promise.all([call, switched])
      expect(sent.length + runs.length).toBe(1)
    }
  })
})

describe('close', () => {
  test('close rejects five waiting calls and leaves no timer', async () => {
    const { clock, session, sent } = createRefusingApi({ tokenSource: () => new Promise(() => {}) })
    const calls = Array.from({ length: 5 }, () => session.fetch(address, payment))
    const settled = Promise.allSettled(calls)
    await clock.advance(0)
    session.close()
    for (const one of await settled) expect(one).toMatchObject({ reason: { code: 'closed' } })
    expect(sent).toEqual([])
    expect(clock.timers()).toBe(0)
  })

  test('close returns the original 401 to a request that was already rejected', async () => {
    const { clock, session, sent } = createRefusingApi({
      tokenSource: async ({ reason }) =>
        reason === 'first' ? 'sandbox_token-1' : await new Promise<string>(() => {}),
    })
    const response = session.fetch(address, payment)
    await clock.advance(0)
    session.close()
    await expect(response.then((answer) => answer.json())).resolves.toEqual(expired)
    expect([sent.length, clock.timers()]).toEqual([1, 0])
  })
})
