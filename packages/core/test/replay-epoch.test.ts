import { describe, expect, test } from 'vitest'

import { api, createGate, createRefusingApi, createTokenCounter, expired, refusal } from './refusing-api.ts'

const address = `${api}/api/payments/`
const payment = { method: 'POST', body: '{}' }

describe('signing out while a 401 waits for its token', () => {
  test('gives it its own 401, keeps nothing of the answer, and shares nothing (case 29)', async () => {
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

  test('lets a failure of before not touch who signed in since (case 30)', async () => {
    const old = createGate()
    const mint = createTokenCounter()
    let asked = 0
    const { clock, session } = createRefusingApi({
      tokenSource: async () => {
        asked += 1
        if (asked !== 2) return mint()
        await old.opened
        throw new Error('of the customer before')
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
  test('is not paid with a request that was not sent yet', async () => {
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

  test('is not paid with a request whose body was still being read', async () => {
    const { session, sent, tokenRequests } = createRefusingApi({ checkoutId: 'cart-1' })
    const response = session.fetch(new Request(address, payment))
    session.setCheckout('cart-2')
    await expect(response).rejects.toMatchObject({ code: 'checkout_changed' })
    expect(sent).toEqual([])
    expect(tokenRequests()).toBeLessThanOrEqual(1)
  })

  test('is not paid with a request that was refused in the one before', async () => {
    const late = createGate()
    const { clock, session, sent } = createRefusingApi({ checkoutId: 'cart-1' }, [
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
    expect(sent).toHaveLength(1)
  })
})

describe('close', () => {
  test('with five waiters settles them all and leaves no timer (case 31)', async () => {
    const { clock, session, sent } = createRefusingApi({ tokenSource: () => new Promise(() => {}) })
    const calls = Array.from({ length: 5 }, () => session.fetch(address, payment))
    const settled = Promise.allSettled(calls)
    await clock.advance(0)
    session.close()
    for (const one of await settled) expect(one).toMatchObject({ reason: { code: 'closed' } })
    expect(sent).toEqual([])
    expect(clock.timers()).toBe(0)
  })

  test('gives a request that was already refused its own 401', async () => {
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
