import { expect, type TestInfo } from '@playwright/test'

import { availableEngines } from '../../../scripts/browsers.ts'
import type { RunningCheckout } from '../src/checkout-app.ts'
import { card, goToBalance, goToPin, pin, total } from './checkout-path.ts'
import type { Customer, Digit } from './customer.ts'
import { expectNoErrors, watchErrors } from './error-watch.ts'
import type { ShopTest } from './shop-test.ts'

const pay = `Pay ${total} with EBT SNAP`
const thanks = 'Thank you, your order is paid'

/** What the emulator saw: the proof of a story. Tokens in it are fingerprints. */
async function attachLog(shop: RunningCheckout, info: TestInfo): Promise<void> {
  const { control } = shop.emulator!.emulator
  const lines = control
    .requests()
    .map(({ method, path, status, fingerprint = '' }) => `${method} ${path} ${status} ${fingerprint}`.trim())
  const body = [JSON.stringify(control.counts()), ...lines].join('\n')
  await info.attach('emulator log', { body, contentType: 'text/plain' })
}

async function seesReceipt(customer: Customer): Promise<void> {
  await customer.sees(thanks)
  await customer.sees('Paid with EBT SNAP')
  await customer.sees('EBT SNAP balance left')
  await customer.sees('$981.27')
}

/** The stories that hold in every browser. */
export function tellStories(test: ShopTest): void {
  test.skip(({ browserName }) => !availableEngines().has(browserName), 'This browser is not installed.')
  test.afterEach(async ({ shop }, info) => attachLog(shop, info))

  test('the session token expires between balance and payment, and the customer never knows', async ({
    customer,
    shop,
  }) => {
    const { control } = shop.emulator!.emulator
    await goToBalance(customer)
    await watchErrors(customer)
    await customer.press('Expire the session token now')
    await customer.sees('Expired: Forage refuses it from now on')
    await customer.press('Continue to payment')
    await customer.type('EBT card PIN', pin)
    await customer.press(pay)
    await seesReceipt(customer)
    await expectNoErrors(customer)
    expect(control.counts()).toEqual({ authenticationTokens: 1, sessionTokens: 2, captures: 1 })
    expect(control.requests().filter(({ path }) => path.endsWith('/capture/'))).toHaveLength(1)
  })

  test('the session token expires while the PIN is typed: nothing is charged, and the PIN is asked for again', async ({
    customer,
    shop,
  }) => {
    const { control } = shop.emulator!.emulator
    await goToPin(customer)
    await watchErrors(customer)
    await customer.type('EBT card PIN', pin)
    await customer.press('Expire the session token now')
    await customer.sees('Expired: Forage refuses it from now on')
    await customer.press(pay)
    await customer.sees('Nothing was charged. Please enter your PIN again.')
    expect(control.counts().captures).toBe(0)
    await customer.type('EBT card PIN', pin)
    await customer.press(pay)
    await seesReceipt(customer)
    await expectNoErrors(customer)
    expect(control.counts()).toEqual({ authenticationTokens: 1, sessionTokens: 2, captures: 1 })
  })

  test('a request that is refused for its token is sent again, unseen', async ({ customer, shop }) => {
    const { control } = shop.emulator!.emulator
    await goToBalance(customer)
    await watchErrors(customer)
    control.fault({ kind: 'reject', path: '/api/payments/*/', code: 'expired_session_token' })
    await customer.press('Continue to payment')
    await customer.type('EBT card PIN', pin)
    await customer.press(pay)
    await seesReceipt(customer)
    await expectNoErrors(customer)
    const reads = control
      .requests()
      .filter(({ method, path }) => method === 'GET' && /payments\/\w+\/$/.test(path))
    // The backend reads payments, too: with its own token.
    const refused = reads.findIndex(({ status }) => status === 401)
    const again = reads.slice(refused + 1).find(({ path }) => path === reads[refused]!.path)
    expect(again?.status).toBe(200)
    expect(again?.fingerprint).not.toBe(reads[refused]!.fingerprint)
    expect(control.counts()).toEqual({ authenticationTokens: 1, sessionTokens: 2, captures: 1 })
  })

  test('a double click pays once', async ({ customer, shop }) => {
    const { control } = shop.emulator!.emulator
    await goToBalance(customer)
    await watchErrors(customer)
    await customer.pressTwice('Continue to payment')
    await customer.type('EBT card PIN', pin)
    await customer.pressTwice(pay)
    await seesReceipt(customer)
    await expectNoErrors(customer)
    expect(control.counts().captures).toBe(1)
    const captures = control.requests().filter(({ path }) => path.endsWith('/capture/'))
    expect(captures).toHaveLength(1)
  })

  test('a checkout can be done with the keyboard alone', async ({ customer, shop }) => {
    await customer.open()
    await customer.sees('Your cart')
    await tabTo(customer, 'Check out')
    await customer.key('Enter')
    await customer.sees('Sign in')
    await tabTo(customer, 'MMaria Lopez')
    await customer.key('Enter')
    await typeWithKeys(customer, 'EBT card number', card)
    await tabTo(customer, 'Continue to balance')
    await customer.key('Space')
    await typeWithKeys(customer, 'EBT card PIN', pin)
    await tabTo(customer, 'Show my balance')
    await customer.key('Enter')
    await customer.sees('$1,000.00')
    await tabTo(customer, 'Continue to payment')
    await customer.key('Enter')
    await typeWithKeys(customer, 'EBT card PIN', pin)
    await tabTo(customer, pay)
    await customer.key('Enter')
    await seesReceipt(customer)
    expect(shop.emulator!.emulator.control.counts().captures).toBe(1)
  })
}

/** What has the focus: a button's text, or a frame's title. */
const focused = `(() => {
  const { activeElement } = document
  return activeElement?.title || activeElement?.textContent || ''
})()`

async function tabTo(customer: Customer, name: string): Promise<void> {
  await expect(async () => {
    if (String(await customer.evaluate(focused)).trim() === name) return
    await customer.key('Tab')
    expect(String(await customer.evaluate(focused)).trim()).toBe(name)
  }).toPass({ timeout: 10_000, intervals: [20] })
}

async function typeWithKeys(customer: Customer, into: string, digits: string): Promise<void> {
  await customer.sees(into)
  // A frame that is still loading takes the focus, and no key.
  await expect.poll(() => customer.evaluate(`!document.querySelector('.secure-box.loading')`)).toBe(true)
  await tabTo(customer, into)
  for (const digit of digits) await customer.key(digit as Digit)
}
