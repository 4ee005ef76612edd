import { createForageSession, type ForageSession } from '@forage-session/core'
import {
  createMerchantBackend,
  createVirtualClock,
  createVirtualTabs,
  type MerchantBackend,
  type VirtualClock,
  type VirtualTab,
} from '@forage-session/core/testing'
import { expect, test } from 'vitest'

import { createFakeSdk, expiredSessionToken, type FakeElement, type FakeSdk } from '../../test/fake-sdk.ts'
import type {
  ForageElement,
  ForageElementEvent,
  ForageElementOptions,
  ForagePaymentMethod,
} from './forage-sdk-types.ts'
import { SdkBridge } from './sdk-bridge.ts'

const minutes = 60_000

interface Setup {
  bridge: SdkBridge
  sdk: FakeSdk
  session: ForageSession
  backend: MerchantBackend
  clock: VirtualClock
  tab: VirtualTab
  stop: () => void
}

async function setUp(load?: (sdk: FakeSdk) => Promise<FakeSdk['factory']>): Promise<Setup> {
  const clock = createVirtualClock()
  const tab = createVirtualTabs(1, { clock })[0]!
  const backend = createMerchantBackend(clock)
  const session = createForageSession({
    tokenSource: (request) => backend.tokenSource(request),
    environment: 'sandbox',
    checkoutId: 'cart-1',
    platform: { clock, lifecycle: tab.lifecycle, random: () => 0 },
    share: 'off',
  })
  const sdk = createFakeSdk()
  const bridge = new SdkBridge({
    session,
    clock,
    options: () => ({
      load: () => (load ? load(sdk) : Promise.resolve(sdk.factory)),
      merchantId: 'mid/123ab45c67',
      customerId: 'customer-hash',
    }),
  })
  const stop = bridge.start()
  await clock.advance(100)
  return { bridge, sdk, session, backend, clock, tab, stop }
}

test('the SDK is constructed with the first token, and is then ready', async () => {
  const { bridge, sdk, backend } = await setUp()
  expect(sdk.configs).toEqual([
    { merchantId: 'mid/123ab45c67', customerId: 'customer-hash', sessionToken: 'sandbox_token-1' },
  ])
  expect(bridge.getState()).toEqual({ status: 'ready', error: undefined, needsReentry: false })
  expect(backend.requests).toHaveLength(1)
})

test('an element that is mounted before the SDK has loaded appears when it has loaded', async () => {
  let finishLoading = (): void => {}
  const loaded = new Promise<void>((resolve) => (finishLoading = resolve))
  const { bridge, sdk, clock } = await setUp(async (own) => {
    await loaded
    return own.factory
  })
  const pin = bridge.calls.createElement('collect_pin')
  const heard: string[] = []
  pin.on('ready', () => heard.push('ready'))
  pin.mount('pin')
  expect(bridge.getState().status).toBe('loading')
  finishLoading()
  await clock.advance(0)
  sdk.at('pin')?.emit('ready')
  expect(heard).toEqual(['ready'])
})

test('a renewal rebuilds an idle instance, and the element keeps its place and its handlers', async () => {
  const { bridge, sdk, session, clock } = await setUp()
  const pin = bridge.calls.createElement('collect_pin')
  let changes = 0
  pin.on('change', () => (changes += 1))
  pin.mount('pin')
  await clock.advance(0)
  const before = sdk.at('pin')
  const states: unknown[] = []
  bridge.subscribe(() => states.push(bridge.getState()))

  void session.renew()
  await clock.advance(100)

  expect(sdk.configs.map(({ sessionToken }) => sessionToken)).toEqual(['sandbox_token-1', 'sandbox_token-2'])
  expect(before?.isDestroyed).toBe(true)
  sdk.type('pin')
  before?.emit('change')
  expect(changes).toBe(1)
  expect(states).toEqual([])
})

test('a renewal does not rebuild the SDK while an element has input, but after it is cleared', async () => {
  const { bridge, sdk, session, clock } = await setUp()
  const card = bridge.calls.createElement('tokenize_card')
  card.mount('card')
  await clock.advance(0)
  sdk.type('card')
  const typedInto = sdk.at('card')

  void session.renew()
  await clock.advance(100)
  expect(typedInto?.isDestroyed).toBe(false)
  expect(sdk.configs).toHaveLength(1)

  card.clear()
  await clock.advance(0)
  expect(sdk.configs).toHaveLength(2)
})

test('a renewal does not rebuild the SDK during a call', async () => {
  const { bridge, sdk, session, clock } = await setUp()
  const pin = bridge.calls.createElement('collect_pin')
  pin.mount('pin')
  await clock.advance(0)
  sdk.type('pin')
  const release = sdk.hold()
  const payment = bridge.calls.capturePayment(pin, 'payment-1')
  void session.renew()
  await clock.advance(100)
  expect(sdk.configs).toHaveLength(1)

  release()
  await expect(payment).resolves.toMatchObject({ ref: 'payment-1' })
  await clock.advance(0)
  expect(sdk.configs).toHaveLength(2)
})

test('an element is mounted with a token that is valid for minValidityMs', async () => {
  const { bridge, sdk, clock, backend } = await setUp()
  await clock.advance(9 * minutes)
  expect(backend.requests).toHaveLength(1)
  bridge.calls.createElement('collect_pin').mount('pin')
  await clock.advance(100)
  expect(sdk.configs.at(-1)?.sessionToken).toBe('sandbox_token-2')
  expect(sdk.at('pin')).toBeDefined()
})

test('a mount uses the current token if no newer one is available', async () => {
  const { bridge, sdk, clock, backend } = await setUp()
  await clock.advance(9 * minutes)
  backend.answer(() => Promise.reject(new TypeError('offline')))
  bridge.calls.createElement('collect_pin').mount('pin')
  await clock.advance(100)
  expect(sdk.at('pin')).toBeDefined()
  expect(bridge.getState().status).toBe('ready')
})

test('a mount waits while no valid token is available', async () => {
  const { bridge, sdk, clock, backend } = await setUp()
  await clock.advance(120 * minutes)
  backend.answer(() => Promise.reject(new TypeError('offline')))
  bridge.calls.createElement('collect_pin').mount('pin')
  await clock.advance(100)
  expect(sdk.at('pin')).toBeUndefined()
  expect(bridge.getState()).toMatchObject({ status: 'failed', error: { code: 'endpoint_unreachable' } })
  backend.answer(undefined)
  await clock.advance(2000)
  expect(bridge.getState().status).toBe('ready')
  expect(sdk.at('pin')).toBeDefined()
})

test('an outage does not remove input', async () => {
  const { bridge, sdk, clock, backend } = await setUp()
  bridge.calls.createElement('tokenize_card').mount('card')
  await clock.advance(0)
  sdk.type('card')
  const typedInto = sdk.at('card')
  backend.answer(() => Promise.reject(new TypeError('offline')))
  await clock.advance(20 * minutes)
  bridge.calls.createElement('collect_pin').mount('pin')
  await clock.advance(100)
  expect(typedInto?.isDestroyed).toBe(false)
})

test('a PIN that was typed before its token expired is requested again, and charges once', async () => {
  const { bridge, sdk, clock } = await setUp()
  const pin = bridge.calls.createElement('collect_pin')
  pin.mount('pin')
  await clock.advance(0)
  sdk.type('pin')
  sdk.expiredTokens.add('sandbox_token-1')

  const failure = bridge.calls.capturePayment(pin, 'payment-1').catch((error: unknown) => error)
  await clock.advance(0)
  expect(bridge.getState().needsReentry).toBe(true)
  await clock.advance(100)
  expect(await failure).toBe(expiredSessionToken)
  expect(sdk.captures).toEqual([])
  expect(sdk.configs.at(-1)?.sessionToken).toBe('sandbox_token-2')

  sdk.type('pin')
  await expect(bridge.calls.capturePayment(pin, 'payment-1')).resolves.toMatchObject({ ref: 'payment-1' })
  expect(sdk.captures).toEqual(['payment-1'])
  expect(bridge.getState().needsReentry).toBe(false)
})

test('after a wrong PIN neither the call nor the token is renewed', async () => {
  const { bridge, sdk, clock, backend } = await setUp()
  const pin = bridge.calls.createElement('collect_pin')
  pin.mount('pin')
  await clock.advance(0)
  const wrongPin = { httpStatusCode: 400, code: 'ebt_error_55', message: 'Invalid PIN' }
  sdk.refuse(wrongPin)
  await expect(bridge.calls.capturePayment(pin, 'payment-1')).rejects.toBe(wrongPin)
  await clock.advance(100)
  expect(sdk.calls).toHaveLength(1)
  expect(backend.requests).toHaveLength(1)
  expect(bridge.getState().needsReentry).toBe(false)
})

test('a wrong PIN after a re-entry ends needsReentry, so that the page can show the error of the PIN', async () => {
  const { bridge, sdk, clock } = await setUp()
  const pin = bridge.calls.createElement('collect_pin')
  pin.mount('pin')
  await clock.advance(0)
  sdk.type('pin')
  sdk.expiredTokens.add('sandbox_token-1')
  const failure = bridge.calls.capturePayment(pin, 'payment-1').catch((error: unknown) => error)
  await clock.advance(100)
  expect(await failure).toBe(expiredSessionToken)
  expect(bridge.getState().needsReentry).toBe(true)

  sdk.type('pin')
  const wrongPin = { httpStatusCode: 400, code: 'ebt_error_55', message: 'Invalid PIN' }
  sdk.refuse(wrongPin)
  await expect(bridge.calls.capturePayment(pin, 'payment-1')).rejects.toBe(wrongPin)
  expect(bridge.getState().needsReentry).toBe(false)
})

test('if no newer token is available after a refusal, the bridge fails and recovers at retryAt', async () => {
  const { bridge, sdk, clock, backend } = await setUp()
  const pin = bridge.calls.createElement('collect_pin')
  pin.mount('pin')
  await clock.advance(0)
  sdk.expiredTokens.add('sandbox_token-1')
  backend.answer(new TypeError('offline'))
  const failure = bridge.calls.capturePayment(pin, 'payment-1').catch((error: unknown) => error)
  await clock.advance(100)
  expect(await failure).toBe(expiredSessionToken)
  expect(bridge.getState()).toMatchObject({ status: 'failed', needsReentry: true })
  expect(sdk.at('pin')).toBeUndefined()

  await clock.advance(2000)
  expect(bridge.getState()).toMatchObject({ status: 'ready', needsReentry: true })
  expect(sdk.at('pin')).toBeDefined()
})

test('a script that failed to load is loaded again at the next mount', async () => {
  let isBlocked = true
  const { bridge, sdk, clock } = await setUp((own) =>
    isBlocked ? Promise.reject(new Error('blocked')) : Promise.resolve(own.factory),
  )
  expect(bridge.getState()).toMatchObject({
    status: 'failed',
    error: { code: 'load_failed', remedy: expect.stringContaining('CSP'), cause: new Error('blocked') },
  })
  isBlocked = false
  bridge.calls.createElement('collect_pin').mount('pin')
  await clock.advance(100)
  expect(bridge.getState().status).toBe('ready')
  expect(sdk.at('pin')).toBeDefined()
})

test('another checkout removes the input and gets a separate instance', async () => {
  const { bridge, sdk, session, clock, backend } = await setUp()
  bridge.calls.createElement('collect_pin').mount('pin')
  await clock.advance(0)
  sdk.type('pin')
  const typedInto = sdk.at('pin')
  session.setCheckout('cart-2')
  expect(typedInto?.isDestroyed).toBe(true)
  await clock.advance(100)
  expect(sdk.configs.at(-1)?.sessionToken).toBe('sandbox_token-2')
  expect(backend.requests.at(-1)?.checkoutId).toBe('cart-2')
})

test('another checkout does not interrupt a capture in progress', async () => {
  const { bridge, sdk, session, clock } = await setUp()
  const pin = bridge.calls.createElement('collect_pin')
  pin.mount('pin')
  await clock.advance(0)
  const release = sdk.hold()
  const payment = bridge.calls.capturePayment(pin, 'payment-1')
  const busy = sdk.at('pin')
  session.setCheckout('cart-2')
  await clock.advance(100)
  expect(busy?.isDestroyed).toBe(false)
  release()
  await expect(payment).resolves.toMatchObject({ ref: 'payment-1' })
  await clock.advance(100)
  expect(sdk.configs.at(-1)?.sessionToken).toBe('sandbox_token-2')
})

test('after session.clear() the bridge has no instance and requests no token', async () => {
  const { bridge, sdk, session, clock, backend } = await setUp()
  bridge.calls.createElement('collect_pin').mount('pin')
  await clock.advance(0)
  session.clear()
  await clock.advance(100)
  expect(sdk.at('pin')).toBeUndefined()
  expect([bridge.getState().status, backend.requests.length]).toEqual(['loading', 1])
})

test('a page from the back/forward cache has neither the input nor the token of the customer who left it', async () => {
  const { bridge, sdk, backend, clock, tab } = await setUp()
  const pin = bridge.calls.createElement('collect_pin')
  pin.mount('pin')
  await clock.advance(0)
  sdk.type('pin')
  const typedInto = sdk.at('pin')

  tab.navigateAway()
  await clock.advance(1000)
  backend.answer(new Response(null, { status: 401 })) // The customer signed out on another page.
  tab.navigateBack()
  expect(typedInto?.isDestroyed).toBe(true)
  await expect(bridge.calls.capturePayment(pin, 'payment-1')).rejects.toMatchObject({ code: 'not_mounted' })
  await clock.advance(100)
  expect([sdk.attempts, sdk.at('pin')]).toEqual([[], undefined])
  expect(bridge.getState()).toMatchObject({ status: 'failed', error: { code: 'endpoint_rejected' } })
})

test('a page from the back/forward cache whose customer is still signed in gets another instance', async () => {
  const { bridge, sdk, clock, tab } = await setUp()
  const pin = bridge.calls.createElement('collect_pin')
  pin.mount('pin')
  await clock.advance(0)
  tab.navigateAway()
  await clock.advance(1000)
  tab.navigateBack()
  await clock.advance(100)
  sdk.type('pin')
  await expect(bridge.calls.capturePayment(pin, 'payment-1')).resolves.toMatchObject({ ref: 'payment-1' })
  expect(sdk.attempts).toMatchObject([{ token: 'sandbox_token-2' }])
})

test('an instance without elements does not keep an unused session alive', async () => {
  const { clock, backend } = await setUp()
  await clock.advance(120 * minutes)
  // The first token, and one renewal because the first token was used.
  expect(backend.requests.length).toBeLessThanOrEqual(2)
})

test('a destroyed element does not appear again after a renewal', async () => {
  const { bridge, sdk, session, clock } = await setUp()
  const pin = bridge.calls.createElement('collect_pin')
  pin.mount('pin')
  bridge.calls.createElement('tokenize_card').mount('card')
  await clock.advance(0)
  pin.destroy()
  void session.renew()
  await clock.advance(100)
  expect(sdk.at('pin')).toBeUndefined()
  expect(sdk.at('card')).toBeDefined()
})

test('a container that the page removed does not affect the other elements at a renewal', async () => {
  const { bridge, sdk, session, clock } = await setUp()
  bridge.calls.createElement('collect_pin').mount('gone')
  bridge.calls.createElement('tokenize_card').mount('card')
  await clock.advance(0)
  sdk.missingContainers.add('gone')
  void session.renew()
  await clock.advance(100)
  expect(bridge.getState().status).toBe('ready')
  expect(sdk.at('card')).toBeDefined()
})

test('after session.clear() during a capture, the capture ends and no token is requested', async () => {
  const { bridge, sdk, session, clock, backend } = await setUp()
  const pin = bridge.calls.createElement('collect_pin')
  pin.mount('pin')
  await clock.advance(0)
  const release = sdk.hold()
  const payment = bridge.calls.capturePayment(pin, 'payment-1')
  session.clear()
  release()
  await expect(payment).resolves.toMatchObject({ ref: 'payment-1' })
  await clock.advance(1000)
  expect(sdk.at('pin')).toBeUndefined()
  expect(backend.requests).toHaveLength(1)
})

test('during a capture of the former checkout no other call is sent with its token', async () => {
  const { bridge, sdk, session, clock } = await setUp()
  const [pin, other] = [bridge.calls.createElement('collect_pin'), bridge.calls.createElement('collect_pin')]
  pin.mount('pin')
  other.mount('other')
  await clock.advance(0)
  const release = sdk.hold()
  const payment = bridge.calls.capturePayment(pin, 'payment-1')
  session.setCheckout('cart-2')
  await expect(bridge.calls.capturePayment(other, 'payment-2')).rejects.toMatchObject({ code: 'not_mounted' })
  await clock.advance(100)
  const next = bridge.calls.capturePayment(other, 'payment-2')
  release()
  await Promise.all([payment, next])
  expect(sdk.attempts.map(({ ref, token }) => [ref, token])).toEqual([
    ['payment-1', 'sandbox_token-1'],
    ['payment-2', 'sandbox_token-2'],
  ])
})

test('a capture of the former checkout that fails because of its token does not set needsReentry', async () => {
  const { bridge, sdk, session, clock } = await setUp()
  const pin = bridge.calls.createElement('collect_pin')
  pin.mount('pin')
  await clock.advance(0)
  const release = sdk.hold()
  sdk.expiredTokens.add('sandbox_token-1')
  const payment = bridge.calls.capturePayment(pin, 'payment-1')
  session.setCheckout('cart-2')
  release()
  await expect(payment).rejects.toBe(expiredSessionToken)
  await clock.advance(100)
  expect(bridge.getState()).toEqual({ status: 'ready', error: undefined, needsReentry: false })
})

test('a refused card number stays for correction, even after a renewal', async () => {
  const { bridge, sdk, session, clock } = await setUp()
  const card = bridge.calls.createElement('tokenize_card')
  card.mount('card')
  await clock.advance(0)
  sdk.type('card')
  const typedInto = sdk.at('card')
  sdk.refuse({ httpStatusCode: 400, code: 'ebt_error_14', message: 'Invalid card number' })
  await expect(bridge.calls.tokenizeCard(card)).rejects.toMatchObject({ code: 'ebt_error_14' })
  void session.renew()
  await clock.advance(100)
  expect(typedInto?.isDestroyed).toBe(false)
})

test('the bridge shows no failure if the checkout changes while its token is fetched', async () => {
  const { bridge, session, clock } = await setUp()
  session.clear()
  bridge.refresh()
  const statuses: string[] = []
  bridge.subscribe(() => statuses.push(bridge.getState().status))
  await clock.advance(10)
  session.setCheckout('cart-2')
  await clock.advance(200)
  expect(statuses).toEqual(['ready'])
})

test('both documented shapes of an error about the token set needsReentry', async () => {
  const { bridge, sdk, clock } = await setUp()
  const pin = bridge.calls.createElement('collect_pin')
  pin.mount('pin')
  await clock.advance(0)
  const listed = { errors: [expiredSessionToken] }
  sdk.refuse(listed)
  const failure = bridge.calls.checkBalance(pin, 'method-1').catch((error: unknown) => error)
  await clock.advance(100)
  expect(await failure).toBe(listed)
  expect(bridge.getState().needsReentry).toBe(true)
})

test('a first mount into a missing container is reported', async () => {
  const { bridge, sdk, clock } = await setUp()
  sdk.missingContainers.add('pin')
  bridge.calls.createElement('collect_pin').mount('pin')
  await clock.advance(0)
  expect(bridge.getState()).toMatchObject({
    status: 'failed',
    error: { code: 'mount_failed', message: /No element/, remedy: /before you call mount/ },
  })
})

test('a call without a mounted element rejects with the fix', async () => {
  const { bridge } = await setUp()
  await expect(
    bridge.calls.checkBalance(bridge.calls.createElement('collect_pin'), 'method-1'),
  ).rejects.toThrow('Call mount(id)')
})

test('a stopped bridge no longer follows the session', async () => {
  const { sdk, session, clock, stop } = await setUp()
  stop()
  void session.renew()
  await clock.advance(100)
  expect(sdk.configs).toHaveLength(1)
})

test('a token of the previous checkout never reaches an SDK that loads late', async () => {
  let finishLoading = (): void => {}
  const loaded = new Promise<void>((resolve) => (finishLoading = resolve))
  const { sdk, session, clock } = await setUp(async (own) => {
    await loaded
    return own.factory
  })
  expect(session.getSnapshot().status).toBe('ready')
  session.setCheckout('cart-2')
  finishLoading()
  await clock.advance(100)
  expect(sdk.configs.map(({ sessionToken }) => sessionToken)).toEqual(['sandbox_token-2'])
})

const never = new Promise<never>(() => {})

test('a correct integration with 15-minute tokens causes no lifetime-too-short event', async () => {
  const { bridge, session, clock } = await setUp()
  const events: string[] = []
  session.on(({ type }) => events.push(type))
  bridge.refresh()
  await clock.advance(9 * minutes)
  bridge.calls.createElement('collect_pin').mount('pin')
  await clock.advance(30 * minutes)
  expect(events).toContain('token-received')
  expect(events).not.toContain('lifetime-too-short')
})

test('the options of an element reach forage.create unchanged', async () => {
  const { bridge, sdk, clock } = await setUp()
  const fields = { cardNumber: { labelText: 'Card' } }
  const options: ForageElementOptions = {
    paymentSheet: { paymentType: 'HSAFSA', styles: {}, errorStyles: {}, fields },
  }
  bridge.calls.createElement('payment_sheet', options).mount('sheet')
  bridge.calls.createElement('collect_pin').mount('pin')
  await clock.advance(0)
  expect(sdk.at('sheet')).toMatchObject({ type: 'payment_sheet' })
  expect(sdk.at('sheet')?.options).toBe(options)
  expect(sdk.at('pin')?.options).toBeUndefined()
})

test('a factory of the page can send a payment sheet with another function of the SDK', async () => {
  const sheets: ForageElement[] = []
  const { bridge, sdk, clock } = await setUp((own) => {
    const load: FakeSdk['factory'] = (config) => {
      const { create, checkBalance, capturePayment, deferPaymentCapture, tokenizeCard } = own.factory(config)
      const tokenizeSheet = (sheet: ForageElement): Promise<ForagePaymentMethod> => {
        sheets.push(sheet)
        return tokenizeCard(sheet)
      }
      return { create, checkBalance, capturePayment, deferPaymentCapture, tokenizeCard: tokenizeSheet }
    }
    return Promise.resolve(load)
  })
  const sheet = bridge.calls.createElement('payment_sheet')
  sheet.mount('sheet')
  await clock.advance(0)
  sdk.expiredTokens.add('sandbox_token-1')
  const failure = bridge.calls.tokenizeCard(sheet).catch((error: unknown) => error)
  await clock.advance(100)
  expect(await failure).toBe(expiredSessionToken)
  expect(bridge.getState().needsReentry).toBe(true)
  await expect(bridge.calls.tokenizeCard(sheet)).resolves.toMatchObject({ ref: '1f148fe399' })
  expect(sheets.map((element) => (element as FakeElement).type)).toEqual(['payment_sheet', 'payment_sheet'])
})

test('an element event has the documented shape', async () => {
  const { bridge, sdk, clock } = await setUp()
  const card = bridge.calls.createElement('tokenize_card')
  const events: ForageElementEvent[] = []
  card.on('ready', (event) => events.push(event))
  card.on('change', (event) => events.push(event))
  card.mount('card')
  await clock.advance(0)
  sdk.at('card')?.emitBare('ready')
  sdk.at('card')?.emit('change', { message: 'Your EBT card number is invalid.' })
  sdk.at('card')?.emit('change')
  expect(events).toEqual([
    { type: 'ready', usecase: 'tokenize_card', error: null },
    { type: 'change', usecase: 'tokenize_card', error: { message: 'Your EBT card number is invalid.' } },
    { type: 'change', usecase: 'tokenize_card', error: null },
  ])
})

test.each<[string, () => unknown]>([
  ['gives no factory', () => undefined],
  ['gives an object', () => Promise.resolve({ Forage: undefined })],
  ['gives a factory without an SDK', () => Promise.resolve(() => undefined)],
  ['gives a factory with an empty object', () => Promise.resolve(() => ({}))],
  [
    'gives a factory that throws',
    () =>
      Promise.resolve(() => {
        throw new TypeError('blocked')
      }),
  ],
  [
    'throws',
    () => {
      throw new TypeError('window.Forage is undefined')
    },
  ],
])('a load() that %s is load_failed, and is called again at the next mount', async (_, load) => {
  let isBlocked = true
  const { bridge, sdk, clock } = await setUp((own) =>
    isBlocked ? (load() as never) : Promise.resolve(own.factory),
  )
  expect(bridge.getState()).toMatchObject({ status: 'failed', error: { code: 'load_failed' } })
  isBlocked = false
  bridge.calls.createElement('collect_pin').mount('pin')
  await clock.advance(100)
  expect(bridge.getState().status).toBe('ready')
  expect(sdk.at('pin')).toBeDefined()
})

test('a load() that never settles is load_failed after 30 s, and is called again at the next mount', async () => {
  let isHung = true
  const { bridge, sdk, clock } = await setUp((own) => (isHung ? never : Promise.resolve(own.factory)))
  const pin = bridge.calls.createElement('collect_pin')
  pin.mount('pin')
  await clock.advance(29_000)
  expect(bridge.getState().status).toBe('loading')
  await clock.advance(1000)
  expect(bridge.getState()).toMatchObject({ status: 'failed', error: { code: 'load_failed' } })
  isHung = false
  pin.mount('pin')
  await clock.advance(100)
  expect(bridge.getState()).toMatchObject({ status: 'ready', error: undefined })
  expect(sdk.at('pin')).toBeDefined()
})

test('a load() that never settles does not keep the next checkout from its SDK', async () => {
  let calls = 0
  const { bridge, sdk, session, clock } = await setUp((own) => {
    calls += 1
    return calls === 1 ? never : Promise.resolve(own.factory)
  })
  bridge.calls.createElement('collect_pin').mount('pin')
  session.setCheckout('cart-2')
  bridge.restart()
  await clock.advance(100)
  expect(calls).toBe(2)
  expect(bridge.getState().status).toBe('ready')
  expect(sdk.at('pin')).toBeDefined()
  await clock.advance(60_000)
  expect(bridge.getState().status).toBe('ready')
})

test('after load() has succeeded it is never called again, not even for another checkout', async () => {
  let calls = 0
  const { session, clock } = await setUp((own) => {
    calls += 1
    return Promise.resolve(own.factory)
  })
  session.setCheckout('cart-2')
  await clock.advance(100)
  expect(calls).toBe(1)
})

test.each<[string, (session: ForageSession) => void]>([
  ['another checkout', (session) => session.setCheckout('cart-2')],
  ['the next customer after clear()', (session) => session.clear()],
])('a capture that never settles does not keep %s from paying with the same element', async (_, change) => {
  const { bridge, sdk, session, clock } = await setUp()
  const pin = bridge.calls.createElement('collect_pin')
  pin.mount('pin')
  await clock.advance(0)
  const release = sdk.hold()
  void bridge.calls.capturePayment(pin, 'payment-1')
  const busy = sdk.at('pin')
  change(session)
  bridge.refresh()
  await clock.advance(100)
  expect(sdk.configs).toHaveLength(2)
  expect(busy?.isDestroyed).toBe(false)
  const balance = bridge.calls.checkBalance(pin, 'method-1')
  release()
  await expect(balance).resolves.toMatchObject({ ebt: { snap: '100.00' } })
  expect(sdk.calls).toContain('sandbox_token-2')
  expect(bridge.getState().status).toBe('ready')
})

test('an element of a former checkout is removed when its call ends, or when the page destroys it', async () => {
  const { bridge, sdk, session, clock } = await setUp()
  const [pin, other] = [bridge.calls.createElement('collect_pin'), bridge.calls.createElement('collect_pin')]
  pin.mount('pin')
  other.mount('other')
  await clock.advance(0)
  const release = sdk.hold()
  const payments = [
    bridge.calls.capturePayment(pin, 'payment-1'),
    bridge.calls.capturePayment(other, 'payment-2'),
  ]
  const [ownOfPin, ownOfOther] = [sdk.at('pin'), sdk.at('other')]
  session.setCheckout('cart-2')
  await clock.advance(100)
  expect([ownOfPin?.isDestroyed, ownOfOther?.isDestroyed]).toEqual([false, false])
  other.destroy()
  expect([ownOfPin?.isDestroyed, ownOfOther?.isDestroyed]).toEqual([false, true])
  expect(sdk.at('other')).toBeUndefined()
  release()
  await Promise.all(payments)
  expect(ownOfPin?.isDestroyed).toBe(true)
  expect(sdk.at('pin')?.isDestroyed).toBe(false)
})

test('a destroyed element whose call never settles does not keep the others from a newer token', async () => {
  const { bridge, sdk, clock } = await setUp()
  const pin = bridge.calls.createElement('collect_pin')
  pin.mount('pin')
  await clock.advance(0)
  sdk.hold()
  void bridge.calls.capturePayment(pin, 'payment-1')
  pin.destroy()
  await clock.advance(9 * minutes)
  bridge.calls.createElement('collect_pin').mount('pin')
  await clock.advance(100)
  expect(sdk.configs.at(-1)?.sessionToken).toBe('sandbox_token-2')
  expect(sdk.at('pin')?.isDestroyed).toBe(false)
})

test('a call that never settles does not keep another element from a token that replaces a refused one', async () => {
  const { bridge, sdk, clock } = await setUp()
  const pin = bridge.calls.createElement('collect_pin')
  const card = bridge.calls.createElement('tokenize_card')
  pin.mount('pin')
  card.mount('card')
  await clock.advance(0)
  const release = sdk.hold()
  const payment = bridge.calls.capturePayment(pin, 'payment-1')
  const busy = sdk.at('pin')
  sdk.goOn()
  sdk.expiredTokens.add('sandbox_token-1')
  const failure = bridge.calls.tokenizeCard(card).catch((error: unknown) => error)
  await clock.advance(100)
  expect(await failure).toBe(expiredSessionToken)
  expect(sdk.configs).toHaveLength(2)
  await expect(bridge.calls.tokenizeCard(card)).resolves.toMatchObject({ type: 'ebt' })

  expect(busy?.isDestroyed).toBe(false)
  await expect(bridge.calls.capturePayment(pin, 'payment-1')).rejects.toMatchObject({ code: 'not_mounted' })
  sdk.expiredTokens.clear()
  release()
  await payment
  await clock.advance(100)
  expect(busy?.isDestroyed).toBe(true)
  await expect(bridge.calls.capturePayment(pin, 'payment-2')).resolves.toMatchObject({ ref: 'payment-2' })
})

test('a mount after minutes of a call that does not settle gets a token that is valid for minValidityMs', async () => {
  const { bridge, sdk, clock } = await setUp()
  const pin = bridge.calls.createElement('collect_pin')
  pin.mount('pin')
  await clock.advance(0)
  sdk.hold()
  void bridge.calls.capturePayment(pin, 'payment-1')
  const busy = sdk.at('pin')
  await clock.advance(9 * minutes)
  bridge.calls.createElement('tokenize_card').mount('card')
  await clock.advance(100)
  expect(sdk.configs.at(-1)?.sessionToken).toBe('sandbox_token-2')
  expect(sdk.at('card')).toBeDefined()
  expect(busy?.isDestroyed).toBe(false)
})

test('a PIN that was typed during a call is not removed when the call ends, even if the SDK was rebuilt', async () => {
  const { bridge, sdk, clock } = await setUp()
  const pin = bridge.calls.createElement('collect_pin')
  pin.mount('pin')
  await clock.advance(0)
  const release = sdk.hold()
  const payment = bridge.calls.capturePayment(pin, 'payment-1')
  await clock.advance(9 * minutes)
  bridge.calls.createElement('tokenize_card').mount('card')
  await clock.advance(100)
  expect(sdk.configs).toHaveLength(2)
  sdk.type('pin')
  const typedInto = sdk.at('pin')
  release()
  await payment
  await clock.advance(100)
  expect(typedInto?.isDestroyed).toBe(false)
  await bridge.calls.capturePayment(pin, 'payment-2')
  await clock.advance(100)
  expect(sdk.captures).toEqual(['payment-1', 'payment-2'])
  expect(typedInto?.isDestroyed).toBe(true)
  expect(sdk.at('pin')).toBeDefined()
})

test('an input that was typed before clear() is removed', async () => {
  const { bridge, sdk, session, clock } = await setUp()
  bridge.calls.createElement('collect_pin').mount('pin')
  await clock.advance(0)
  sdk.type('pin')
  const typedInto = sdk.at('pin')
  session.clear()
  expect(typedInto?.isDestroyed).toBe(true)
})
