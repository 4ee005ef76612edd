import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { ForageServerEvent, ServerClock } from '@forage-session/server'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { startCheckout, type CheckoutOptions, type RunningCheckout } from '../src/checkout-app.ts'
import { passMs } from '../src/merchant/api/demo-api.ts'
import { claimFolder } from '../src/state-folder.ts'
import { isEbt, mixed, split } from './mixed-order.ts'
import { Shopper } from './shopper.ts'
import { TokenWatch } from './token-watch.ts'

let state: string
let shop: RunningCheckout | undefined
let emulatorPort = 4310
/** The events of the backend since the last start. */
let events: ForageServerEvent[] = []

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'forage-checkout-'))
})
afterEach(async () => {
  await stop()
  rmSync(state, { recursive: true, force: true })
})

async function stop(): Promise<void> {
  await shop?.close()
  shop = undefined
}

/** Starts the shop, with the emulator at the same address each time. The address is part of the slot's name. */
async function start(options: Partial<CheckoutOptions> = {}): Promise<Shopper> {
  events = []
  const onForageEvent = (event: ForageServerEvent): void => void events.push(event)
  shop = await startCheckout({ port: 0, emulatorPort, state, onForageEvent, ...options })
  emulatorPort = Number(new URL(shop.emulator!.url).port)
  return await new Shopper(shop).signIn()
}

async function pay(customer: Shopper): Promise<string> {
  const { id } = await customer.checkOutWithCard(mixed)
  const { payments } = await customer.prepare(id, split)
  for (const payment of payments.filter(isEbt)) await customer.capture(id, payment)
  return (await customer.settle(id)).status
}

const tokenRequests = (): ForageServerEvent[] =>
  events.filter(({ type }) => type === 'authentication-token-requested')

/** The token of an earlier start is older than any rule about new tokens. */
const aMinuteLater: ServerClock = {
  now: () => Date.now() + 60_000,
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
}

test('after a restart, the backend uses the same authentication token', async () => {
  expect(await pay(await start())).toBe('paid')
  expect(tokenRequests()).toHaveLength(1)
  await stop()
  expect(await pay(await start())).toBe('paid')
  expect(tokenRequests()).toEqual([])
  expect(shop!.emulator!.emulator.control.counts()).toMatchObject({ authenticationTokens: 1, captures: 4 })
})

test('the time that the demo let pass is still past after a restart, in the backend and in the emulator', async () => {
  const customer = await start()
  await customer.send('POST', '/api/demo/pass', {})
  await stop()
  const again = await start()
  expect((await again.checkOut()).createdAt - Date.now()).toBeGreaterThan(passMs - 60_000)
  expect(await pay(again)).toBe('paid')
})

test('if the emulator has forgotten the token, the next payment replaces it and succeeds', async () => {
  expect(await pay(await start())).toBe('paid')
  await stop()
  for (const name of readdirSync(state)) if (name.startsWith('forage.')) rmSync(join(state, name))
  expect(await pay(await start({ instances: [{ clock: aMinuteLater }] }))).toBe('paid')
  expect(tokenRequests()).toHaveLength(1)
})

test('the files that keep the state contain no readable token of the backend', async () => {
  using watch = new TokenWatch()
  expect(await pay(await start())).toBe('paid')
  expect(watch.tokens.length).toBeGreaterThan(1)
  for (const name of readdirSync(state).filter((file) => file.startsWith('shop.'))) {
    const content = readFileSync(join(state, name), 'latin1')
    for (const token of watch.tokens) expect(content).not.toContain(token)
  }
})

test('one process at a time uses a folder, and a fresh start deletes only what an earlier one kept', async () => {
  const folder = join(state, 'folder')
  const first = claimFolder(folder, { isFresh: false })!
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(claimFolder(folder, { isFresh: true })).toBeUndefined()
  first.release()
  await start({ state: folder })
  await stop()
  expect(readdirSync(folder)).toEqual(expect.arrayContaining(['forage.sqlite', 'shop.sqlite']))
  claimFolder(folder, { isFresh: true })!.release()
  expect(readdirSync(folder)).toEqual(['lock.sqlite'])
})
