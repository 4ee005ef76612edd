import { expect } from '@playwright/test'

import { goToBalance, goToPin, milk, payFromCart, pin, startAtPin } from '../support/checkout-path.ts'
import { expectNoErrors, watchErrors } from '../support/error-watch.ts'
import type { ShopTest } from '../support/shop-test.ts'
import { everywhere } from '../support/test-tags.ts'
import { pay, seesReceipt, thanks } from './story-parts.ts'

/** The stories of a token that ends during a checkout. */
export function defineTokenStories(test: ShopTest): void {
  defineExpiryStories(test)
  defineRefusalStories(test)
  defineClockStories(test)
}

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
      await customer.sees('Expired: Forage now refuses this token')
      await customer.press('Continue to payment')
      await customer.type('EBT card PIN', pin)
      await customer.press(pay)
      await seesReceipt(customer)
      await expectNoErrors(customer)
      expect(control.counts()).toEqual({ authenticationTokens: 1, sessionTokens: 2, captures: 1 })
      expect(control.requests().filter(({ path }) => path.endsWith('/capture/'))).toHaveLength(1)
    },
  )

  test(
    'if the session token expires while the PIN is typed, nothing is charged until the customer types it again',
    everywhere,
    async ({ customer, shop }) => {
      const { control } = shop.emulator!.emulator
      await goToPin(customer)
      await watchErrors(customer)
      await customer.type('EBT card PIN', pin)
      await customer.press('Expire the session token now')
      await customer.sees('Expired: Forage now refuses this token')
      await customer.press(pay)
      await customer.sees('Nothing was charged. Please enter your PIN again.')
      expect(control.counts().captures).toBe(0)
      await customer.type('EBT card PIN', pin)
      await customer.press(pay)
      await seesReceipt(customer)
      await expectNoErrors(customer)
      expect(control.counts()).toEqual({ authenticationTokens: 1, sessionTokens: 2, captures: 1 })
    },
  )
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
