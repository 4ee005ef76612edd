import { describe, expect, test } from 'vitest'

import { createForageSession, type ForageSession, type ForageSessionOptions } from '../../src/index.ts'
import { createMerchantBackend, createVirtualClock, createVirtualTabs } from '../../src/testing/index.ts'

function setUp(options: Partial<ForageSessionOptions> = {}) {
  const clock = createVirtualClock()
  const backend = createMerchantBackend(clock)
  const session = createForageSession({
    tokenSource: backend.tokenSource,
    environment: 'sandbox',
    checkoutId: 'cart-1',
    share: 'off',
    ...options,
    platform: { clock, random: () => 0, ...options.platform },
  })
  return { clock, backend, session }
}

test('a listener of token-invalidated may request the token of the next checkout', async () => {
  const { clock, backend, session } = setUp()
  void session.getToken()
  await clock.advance(50)
  let requested: Promise<string> | undefined
  session.on(({ type }) => {
    if (type === 'token-invalidated') requested = session.getToken()
  })
  session.setCheckout('cart-2')
  requested?.catch(() => {})
  expect(session.getSnapshot()).toEqual({ status: 'fetching' })
  await clock.advance(50)
  await expect(requested).resolves.toBe('sandbox_token-2')
  expect(backend.requests.map(({ checkoutId }) => checkoutId)).toEqual(['cart-1', 'cart-2'])
})

test('a listener of token-invalidated may prime the token of the next checkout', async () => {
  const { clock, session } = setUp()
  void session.getToken()
  await clock.advance(50)
  session.on(
    ({ type }) => type === 'token-invalidated' && session.prime({ token: 'sandbox_b', expires_in: 900 }),
  )
  session.setCheckout('cart-2')
  expect(session.getSnapshot().status).toBe('ready')
  await expect(session.getToken()).resolves.toBe('sandbox_b')
})

test('a subscriber that sees a failure end may request the token of the next checkout', async () => {
  const { clock, backend, session } = setUp()
  backend.answer(() => new Promise<never>(() => {}))
  session.getToken().catch(() => {})
  await clock.advance(10_000)
  expect(session.getSnapshot()).toMatchObject({ status: 'failed', error: { code: 'endpoint_timeout' } })
  backend.answer(undefined)
  session.subscribe(() => {
    if (session.getSnapshot().status === 'idle') session.getToken().catch(() => {})
  })
  session.setCheckout('cart-2')
  await clock.advance(50)
  expect(session.getSnapshot().status).toBe('ready')
  expect(backend.requests.at(-1)?.checkoutId).toBe('cart-2')
})

test('a token source that calls getToken when it is aborted gets the token of the next checkout', async () => {
  const requested: Promise<string>[] = []
  const { clock, session } = setUp({
    tokenSource: async ({ checkoutId, reason, signal }) => {
      signal.addEventListener('abort', () => requested.push(session.getToken()))
      if (reason === 'renewal') return await new Promise<never>(() => {})
      return `sandbox_of-${checkoutId}`
    },
  })
  await session.getToken()
  void session.renew().catch(() => {})
  await clock.advance(0)
  session.setCheckout('cart-2')
  await expect(Promise.all(requested)).resolves.toEqual(['sandbox_of-cart-2'])
})

function setUpTabs(count: number) {
  const clock = createVirtualClock()
  const backend = createMerchantBackend(clock)
  let open = 0
  const tabs = createVirtualTabs(count, { clock })
  const sessions = tabs.map(({ lifecycle, openChannel }) =>
    createForageSession({
      tokenSource: backend.tokenSource,
      environment: 'sandbox',
      checkoutId: 'cart-1',
      platform: {
        clock,
        lifecycle,
        openChannel: (name) => {
          open += 1
          const channel = openChannel(name)
          const close = (): void => {
            open -= 1
            channel.close()
          }
          return { ...channel, close }
        },
      },
    }),
  )
  const [session, other] = [sessions[0]!, sessions[1]!]
  return { clock, backend, tabs, session, other, openChannels: () => open }
}

describe('a token request that ended', () => {
  const ends: [string, (session: ForageSession) => void][] = [
    ['close', ({ close }) => close()],
    ['another checkout', ({ setCheckout }) => setCheckout('cart-2')],
    ['clear', ({ clear }) => clear()],
  ]

  test('a session that closes before its token request starts leaves no channel and no timer', async () => {
    const { clock, session, openChannels } = setUpTabs(1)
    let timers = 0
    const { setTimeout } = clock
    clock.setTimeout = (run, ms) => {
      timers += 1
      return setTimeout(run, ms)
    }
    session.getToken().catch(() => {})
    session.close()
    await clock.advance(2000)
    expect([openChannels(), timers]).toEqual([0, 0])
  })

  test.each(ends.flatMap(([name, end]) => [0, 20, 60].map((afterMs) => [name, afterMs, end] as const)))(
    'a token request ended by %s after %i ms delays no other tab',
    async (_, afterMs, end) => {
      const { clock, session, other } = setUpTabs(2)
      session.getToken().catch(() => {})
      if (afterMs > 0) await clock.advance(afterMs)
      end(session)
      await clock.advance(100)
      other.setCheckout(session.checkoutId)
      void other.getToken()
      await clock.advance(150)
      expect(other.getSnapshot().status).toBe('ready')
    },
  )

  test('a token request that ended because another tab signed out delays no tab', async () => {
    const { clock, backend, session, other } = setUpTabs(2)
    void session.getToken()
    void other.getToken()
    await clock.advance(200)
    session.renew().catch(() => {})
    await clock.advance(60)
    other.clear()
    await clock.advance(100)
    const before = backend.requests.length
    void other.getToken()
    await clock.advance(150)
    expect(other.getSnapshot().status).toBe('ready')
    expect(backend.requests).toHaveLength(before + 1)
  })
})

describe('signing out', () => {
  test('signing out in a tab without a token clears the token of the other tabs', async () => {
    const { clock, session, other } = setUpTabs(2)
    void session.getToken()
    await clock.advance(200)
    other.clear()
    await clock.advance(10)
    expect(session.getSnapshot()).toEqual({ status: 'idle' })
  })

  test('signing out reaches a tab whose token came with the page, even after the back/forward cache', async () => {
    const { clock, session, other, tabs } = setUpTabs(2)
    session.prime({ token: 'sandbox_from-the-page', expires_in: 900 })
    tabs[0]!.navigateAway()
    await clock.advance(1000)
    tabs[0]!.navigateBack()
    other.clear()
    await clock.advance(10)
    expect(session.getSnapshot()).toEqual({ status: 'idle' })
  })

  test('a listener that calls clear() because of a sign-out, also of another tab, starts no loop', async () => {
    const { clock, session, other } = setUpTabs(2)
    let signOuts = 0
    for (const each of [session, other]) {
      each.on((event) => {
        if (event.type !== 'token-invalidated' || event.by !== 'clear') return
        signOuts += 1
        if (signOuts < 100) void Promise.resolve().then(() => each.clear())
      })
    }
    void session.getToken()
    await clock.advance(200)
    other.clear()
    await clock.advance(1000)
    expect(signOuts).toBe(2)
  })

  test('after another tab requested a token, a tab that has signed out before signs all of them out again', async () => {
    const { clock, session, other } = setUpTabs(2)
    session.clear()
    await clock.advance(10)
    void other.getToken()
    await clock.advance(200)
    session.clear()
    await clock.advance(10)
    expect(other.getSnapshot()).toEqual({ status: 'idle' })
  })

  test('clear after close, or after the customer left the page, leaves no channel open', async () => {
    const { session, tabs, openChannels } = setUpTabs(1)
    session.clear()
    tabs[0]!.navigateAway()
    expect(openChannels()).toBe(0)
    tabs[0]!.navigateBack()
    session.close()
    session.clear()
    session.prime('sandbox_from-the-page')
    expect(openChannels()).toBe(0)
  })
})
