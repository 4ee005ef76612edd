import { expect } from '@playwright/test'

import type { RunningCheckout } from '../../src/checkout-app.ts'
import {
  card,
  goToBalance,
  goToCard,
  goToPin,
  milk,
  payFromCart,
  pin,
  startAtPin,
} from '../support/checkout-path.ts'
import type { Customer } from '../support/customer.ts'
import { expectNoErrors, watchErrors } from '../support/error-watch.ts'
import type { ShopTest } from '../support/shop-test.ts'
import { everywhere } from '../support/test-tags.ts'
import { pay, seesReceipt, thanks } from './story-parts.ts'

/** The stories of a token that ends during a checkout. */
export function defineTokenStories(test: ShopTest): void {
  defineExpiryStories(test)
  defineTimeStories(test)
  defineLongBreakStory(test)
  defineRefusalStories(test)
  defineClockStories(test)
}

const markFrame = `document.querySelector('.secure-box iframe').className = 'old'`
const isNewFrameFocused = `document.activeElement.matches('.secure-box:not(.loading) iframe:not(.old)')`

/** The session token expires. */
function defineExpiryStories(test: ShopTest): void {
  test(
    'if the session token expires between balance and payment, the customer notices nothing',
    everywhere,
    async ({ customer, shop }) => {
      const { control } = shop.emulator!.emulator
      await goToBalance(customer)
      await watchErrors(customer)
      await customer.press('Expire the session token now')
      await customer.sees('The session token expired, and the session replaced it. The payment continues.')
      await neverReadyNextToExpired(customer)
      expect(refusedRequests(shop)).toHaveLength(1)
      await customer.press('Continue to payment')
      await customer.sees('Confirm with your PIN')
      await saysNothingOfExpiry(customer)
      await customer.type('EBT card PIN', pin)
      await customer.press(pay)
      await seesReceipt(customer)
      await expectNoErrors(customer)
      expect(control.counts()).toEqual({ authenticationTokens: 1, sessionTokens: 2, captures: 1 })
      expect(control.requests().filter(({ path }) => path.endsWith('/capture/'))).toHaveLength(1)
    },
  )

  test(
    'if the session token expires while the PIN is typed, the page says at once why the PIN is asked for again',
    everywhere,
    async ({ customer, shop }) => {
      const { control } = shop.emulator!.emulator
      await goToPin(customer)
      await watchErrors(customer)
      await customer.type('EBT card PIN', pin)
      await customer.press('Expire the session token now')
      await customer.sees('keeps the session token that it was created with, so the PIN that you typed')
      await customer.sees('Nothing was charged.')
      await neverReadyNextToExpired(customer)
      await customer.press(pay)
      await customer.sees('Nothing was charged. Please enter your PIN again.')
      await customer.sees('keeps the session token that it was created with')
      expect(control.counts().captures).toBe(0)
      await customer.type('EBT card PIN', pin)
      await customer.press(pay)
      await seesReceipt(customer)
      await saysNothingOfExpiry(customer)
      await expectNoErrors(customer)
      expect(control.counts()).toEqual({ authenticationTokens: 1, sessionTokens: 2, captures: 1 })
    },
  )

  test('if the session token expires while the card number is typed, the page says at once why it is asked for again', async ({
    customer,
    shop,
  }) => {
    await goToCard(customer)
    await customer.type('EBT card number', card)
    await customer.press('Expire the session token now')
    await customer.sees('so the card number that you typed still goes with the old token')
    expect(shop.emulator!.emulator.control.counts().sessionTokens).toBe(2)
    await customer.evaluate(markFrame)
    await customer.press('Continue to balance')
    await customer.sees('Nothing was charged. Please enter your card number again.')
    await customer.sees('The session token expired, and the session replaced it.')
    await expect.poll(() => customer.evaluate(isNewFrameFocused)).toBe(true)
    await customer.type('EBT card number', card)
    await customer.press('Continue to balance')
    await customer.sees('Check your balance')
    await saysNothingOfExpiry(customer)
    expect(shop.emulator!.emulator.control.counts().sessionTokens).toBe(2)
  })

  test('if the session token expires before the PIN is typed, the customer types the PIN only once', async ({
    customer,
    shop,
  }) => {
    await startAtPin(customer, milk)
    await watchErrors(customer)
    await customer.press('Expire the session token now')
    await customer.sees('The session token expired, and the session replaced it. The payment continues.')
    await customer.type('EBT card PIN', pin)
    await customer.press('Pay $4.29')
    await customer.sees(thanks)
    await expectNoErrors(customer)
    expect(shop.emulator!.emulator.control.counts().captures).toBe(1)
  })

  test('before the payment there is no session token to expire, and the page says so', async ({
    customer,
  }) => {
    await customer.open()
    await customer.press('Expire the session token now')
    await customer.sees('This page has no session token yet.')
  })
}

/** The session token ends because its time is over. */
function defineTimeStories(test: ShopTest): void {
  test(
    'if 15 minutes pass before the payment and again before the PIN, the customer notices nothing',
    everywhere,
    async ({ customer, shop }) => {
      const { control } = shop.emulator!.emulator
      await goToBalance(customer)
      await watchErrors(customer)
      await customer.press('Let 15 minutes pass')
      await customer.sees('15 minutes passed and the session token expired, and the session replaced it.')
      await neverReadyNextToExpired(customer)
      await customer.press('Continue to payment')
      await customer.sees('Confirm with your PIN')
      await saysNothingOfExpiry(customer)
      await customer.press('Let 15 minutes pass')
      await customer.sees('The payment continues.')
      await customer.type('EBT card PIN', pin)
      await customer.press(pay)
      await seesReceipt(customer)
      await expectNoErrors(customer)
      expect(refusedRequests(shop)).toEqual([])
      expect(control.counts()).toEqual({ authenticationTokens: 1, sessionTokens: 3, captures: 1 })
    },
  )

  test('if 15 minutes pass while the PIN is typed, the page says why the PIN is asked for again, and charges once', async ({
    customer,
    shop,
  }) => {
    await startAtPin(customer, milk)
    await customer.type('EBT card PIN', pin)
    await customer.press('Let 15 minutes pass')
    await customer.sees('so the PIN that you typed still goes with the old token')
    await customer.press('Pay $4.29')
    await customer.sees('Nothing was charged. Please enter your PIN again.')
    await customer.type('EBT card PIN', pin)
    await customer.press('Pay $4.29')
    await customer.sees(thanks)
    expect(shop.emulator!.emulator.control.counts().captures).toBe(1)
  })
}

/** A payment lives for 30 minutes at Forage. */
function defineLongBreakStory(test: ShopTest): void {
  test('if 15 minutes pass twice at the PIN, the customer confirms the amounts again and is charged once', async ({
    customer,
    shop,
  }) => {
    await goToPin(customer)
    await customer.press('Let 15 minutes pass')
    await customer.sees('The payment continues.')
    await customer.press('Let 15 minutes pass')
    await expect.poll(() => shop.emulator!.emulator.control.counts().sessionTokens).toBe(3)
    await customer.type('EBT card PIN', pin)
    await customer.press(pay)
    await customer.sees('Your payment expired after 30 minutes')
    await customer.press('Continue to payment')
    await customer.type('EBT card PIN', pin)
    await customer.press(pay)
    await seesReceipt(customer)
    expect(shop.emulator!.emulator.control.counts().captures).toBe(1)
  })
}

function refusedRequests(shop: RunningCheckout): string[] {
  const requests = shop.emulator!.emulator.control.requests()
  return requests.filter(({ status }) => status === 401).map(({ method, path }) => `${method} ${path}`)
}

const demoText = "document.querySelector('.demo').innerText"

async function neverReadyNextToExpired(customer: Customer): Promise<void> {
  expect(await customer.evaluate(demoText)).not.toMatch(/\bready\b/i)
}

/** A status about an expiry disappears with the next step. */
async function saysNothingOfExpiry(customer: Customer): Promise<void> {
  await expect.poll(() => customer.evaluate(demoText)).not.toMatch(/expired|replaced|refused/)
}

/** Forage refuses the token. */
function defineRefusalStories(test: ShopTest): void {
  test('a request that is refused because of its token is sent again, and the customer notices nothing', async ({
    customer,
    shop,
  }) => {
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
    // The backend also reads payments, with its own token.
    const refused = reads.findIndex(({ status }) => status === 401)
    const again = reads.slice(refused + 1).find(({ path }) => path === reads[refused]!.path)
    expect(again?.status).toBe(200)
    expect(again?.fingerprint).not.toBe(reads[refused]!.fingerprint)
    expect(control.counts()).toEqual({ authenticationTokens: 1, sessionTokens: 2, captures: 1 })
  })

  test('if the merchant revokes its authentication token, the customer types the PIN again and is charged once', async ({
    customer,
    shop,
    later,
  }) => {
    const { control } = shop.emulator!.emulator
    await startAtPin(customer, milk)
    await customer.type('EBT card PIN', pin)
    control.revokeAuthenticationTokens()
    // The backend does not replace a token that Forage refuses within 10 seconds of its issue.
    later.ms = 11_000
    await customer.press('Pay $4.29')
    await customer.sees('Nothing was charged. Please enter your PIN again.')
    await customer.type('EBT card PIN', pin)
    await customer.press('Pay $4.29')
    await customer.sees(thanks)
    const { authenticationTokens, captures } = control.counts()
    expect({ authenticationTokens, captures }).toEqual({ authenticationTokens: 2, captures: 1 })
  })
}

/** The customer's clock is wrong. */
function defineClockStories(test: ShopTest): void {
  for (const hours of [-5, 5]) {
    test(`if the customer's clock is wrong by ${hours} hours, the customer notices nothing`, async ({
      customer,
      shop,
    }) => {
      await customer.open()
      await customer.sees('Your cart')
      await watchErrors(customer)
      const offMs = hours * 60 * 60_000
      await customer.evaluate(`(() => {
        const now = Date.now
        Date.now = () => now() + ${offMs}
        return true
      })()`)
      await payFromCart(customer)
      await expectNoErrors(customer)
      const { sessionTokens, captures } = shop.emulator!.emulator.control.counts()
      expect({ sessionTokens, captures }).toEqual({ sessionTokens: 1, captures: 1 })
    })
  }
}
