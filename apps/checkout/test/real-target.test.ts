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

test('with credentials the shop uses the API that the environment variables name', async () => {
  const customer = await openShop(api.emulator.clientSecret)
  expect(await (await customer.send('GET', '/api/config')).json()).toMatchObject({
    forage: 'sandbox',
    apiUrl: api.url,
    vaultUrl: api.vaultUrl,
    testCard: null,
  })
  const { id } = await customer.checkOut()
  expect((await customer.sessionToken(id)).status).toBe(200)
  expect(api.emulator.control.counts()).toMatchObject({ authenticationTokens: 1, sessionTokens: 1 })
})

test("with Forage's real API there are no demo faults and no control room", async () => {
  const customer = await openShop(api.emulator.clientSecret)
  expect((await customer.send('POST', '/api/demo/expire', {})).status).toBe(404)
  for (const path of ['/control', '/control.html', '/api/demo/events'])
    expect([path, (await customer.send('GET', path)).status]).toEqual([path, 404])
})

test('wrong credentials are reported to the shop and the terminal, but never shown', async () => {
  const secret = 'a-wrong-secret-that-must-not-leak'
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

test('any answer means that the API is reachable; without an answer the error is one sentence', async () => {
  await expect(assertReachable({ apiUrl: api.url, environment: 'sandbox' })).resolves.toBeUndefined()
  const nowhere = async (): Promise<Response> => {
    throw new TypeError('fetch failed')
  }
  const check = assertReachable({ apiUrl: 'https://api.example', environment: 'sandbox' }, nowhere)
  await expect(check).rejects.toThrow("Cannot reach Forage's sandbox at api.example: check the network")
})
