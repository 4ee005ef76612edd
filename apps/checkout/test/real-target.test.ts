import { startEmulator, type RunningEmulator } from '@forage-session/emulator/node'
import type { ForageServerEvent } from '@forage-session/server'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { startCheckout, type RunningCheckout } from '../src/checkout-app.ts'
import { forageTarget } from '../src/forage-target.ts'
import { assertReachable } from '../src/reachable.ts'
import { Shopper } from './shopper.ts'

let api: RunningEmulator
let shop: RunningCheckout | undefined
const events: ForageServerEvent[] = []

beforeEach(async () => {
  api = await startEmulator({ port: 0 })
  events.length = 0
})
afterEach(async () => {
  await shop?.close()
  shop = undefined
  await api.close()
})

async function openShop(clientSecret: string): Promise<Shopper> {
  const target = forageTarget({
    FORAGE_CLIENT_ID: api.emulator.clientId,
    FORAGE_CLIENT_SECRET: clientSecret,
    FORAGE_MERCHANT_ID: '123ab45c67',
    FORAGE_API_URL: api.url,
    FORAGE_VAULT_URL: api.vaultUrl,
    FORAGE_SDK_URL: `${api.url}/sdk/forage.js`,
  })
  shop = await startCheckout({ port: 0, target, onForageEvent: (event) => events.push(event) })
  return await new Shopper(shop).signIn()
}

test('with credentials the shop is paid through the addresses that the environment names', async () => {
  const customer = await openShop(api.emulator.clientSecret)
  expect(await (await customer.ask('GET', '/api/config')).json()).toMatchObject({
    forage: 'sandbox',
    apiUrl: api.url,
    vaultUrl: api.vaultUrl,
    testCard: null,
  })
  const { id } = await customer.checkOut()
  expect((await customer.sessionToken(id)).status).toBe(200)
  expect(api.emulator.control.counts()).toMatchObject({ authenticationTokens: 1, sessionTokens: 1 })
})

test("Forage's real API cannot be told to expire a token, and has no control room", async () => {
  const customer = await openShop(api.emulator.clientSecret)
  expect((await customer.ask('POST', '/api/demo/expire', {})).status).toBe(404)
  for (const path of ['/control', '/control.html', '/api/demo/events'])
    expect([path, (await customer.ask('GET', path)).status]).toEqual([path, 404])
})

test('wrong credentials are told to the shop and to the terminal, and shown to nobody', async () => {
  const secret = 'a-wrong-secret-that-nobody-may-see'
  const customer = await openShop(secret)
  const { id } = await customer.checkOut()
  const response = await customer.sessionToken(id)
  const answer = await response.text()
  expect([response.status, JSON.parse(answer)]).toEqual([
    500,
    expect.objectContaining({ code: 'not_configured' }),
  ])
  expect(events).toContainEqual(
    expect.objectContaining({ type: 'authentication-token-failed', kind: 'credential' }),
  )
  expect(answer + JSON.stringify(events)).not.toContain(secret)
})

test('an API that answers anything is reachable; one that does not is named in one sentence', async () => {
  await expect(assertReachable({ apiUrl: api.url, environment: 'sandbox' })).resolves.toBeUndefined()
  const nowhere = async (): Promise<Response> => {
    throw new TypeError('fetch failed')
  }
  const asked = assertReachable({ apiUrl: 'https://api.example', environment: 'sandbox' }, nowhere)
  await expect(asked).rejects.toThrow("Forage's sandbox at api.example cannot be reached: check the network")
})
