import { expect } from '@playwright/test'

import { availableEngines } from '../../../../scripts/toolchain/browsers.ts'
import { startCheckout } from '../../src/checkout-app.ts'
import { forageTarget } from '../../src/forage-target.ts'
import { goToCard } from '../support/checkout-path.ts'
import { pageCustomer } from '../support/page-customer.ts'
import { test } from '../support/shop-test.ts'

test.skip(({ browserName }) => !availableEngines().has(browserName), 'This browser is not installed.')

const secret = 'a-wrong-secret-that-must-not-leak'

test('if Forage refuses the credentials, the customer sees what to do, but neither the remedy nor the secret', async ({
  page,
  shop,
}) => {
  const { url, vaultUrl } = shop.emulator!
  const target = forageTarget({
    FORAGE_CLIENT_ID: 'emulator-client',
    FORAGE_CLIENT_SECRET: secret,
    FORAGE_MERCHANT_ID: '123ab45c67',
    FORAGE_API_URL: url,
    FORAGE_VAULT_URL: vaultUrl,
    FORAGE_SDK_URL: `${url}/sdk/forage.js`,
  })
  const refused = await startCheckout({ port: 0, target })
  try {
    const customer = pageCustomer(page, refused.url)
    await goToCard(customer)
    await customer.sees('EBT payments are not available right now')
    await customer.sees('Nothing was charged.')
    await expect(page.getByText('Forage credentials')).toHaveCount(0)
    await expect(page.getByRole('button', { name: 'Try again' })).toBeEnabled()
    expect(await page.content()).not.toContain(secret)
  } finally {
    await refused.close()
  }
})
