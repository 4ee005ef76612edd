import { expect, test } from 'vitest'

import { createForageSession, type ForageSessionOptions } from '../src/index.ts'
import { createMerchantBackend, createVirtualClock } from '../src/testing/index.ts'

function setUp(options: Partial<ForageSessionOptions> = {}) {
  const clock = createVirtualClock()
  const backend = createMerchantBackend(clock)
  const session = createForageSession({
    tokenSource: backend.tokenSource,
    environment: 'sandbox',
    checkoutId: 'cart-1',
    share: 'off',
    clock,
    random: () => 0,
    ...options,
  })
  return { clock, backend, session }
}

test('who hears that the old token goes may ask for the one of the checkout that comes', async () => {
  const { clock, backend, session } = setUp()
  void session.getToken()
  await clock.advance(50)
  let asked: Promise<string> | undefined
  session.on(({ type }) => {
    if (type === 'token-invalidated') asked = session.getToken()
  })
  session.setCheckout('cart-2')
  asked?.catch(() => {})
  await clock.advance(50)
  await expect(asked).resolves.toBe('sandbox_token-2')
  expect(backend.requests.map(({ checkoutId }) => checkoutId)).toEqual(['cart-1', 'cart-2'])
})

test('who hears that a failure is over may ask for the token of the checkout that comes', async () => {
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

test('a token source that asks again when it is aborted gets nothing of the old checkout', async () => {
  const asked: Promise<string>[] = []
  const { clock, session } = setUp({
    tokenSource: async ({ checkoutId, reason, signal }) => {
      signal.addEventListener('abort', () => asked.push(session.getToken()))
      if (reason === 'renewal') return await new Promise<never>(() => {})
      return `sandbox_of-${checkoutId}`
    },
  })
  await session.getToken()
  void session.renew().catch(() => {})
  await clock.advance(0)
  session.setCheckout('cart-2')
  await expect(Promise.all(asked)).resolves.toEqual(['sandbox_of-cart-2'])
})
