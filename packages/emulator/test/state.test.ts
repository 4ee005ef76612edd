import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { openStateFile, type StateFile } from '../src/state/state-file.ts'
import { checkout } from './support/checkout.ts'
import { createMerchant, field, type Merchant } from './support/merchant.ts'

let path = ''
let file: StateFile | undefined

function restarted(): Merchant {
  file?.close()
  file = openStateFile(path)
  return createMerchant({ journal: file })
}

beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'forage-emulator-')), 'state.sqlite')
})

afterEach(() => {
  file?.close()
  file = undefined
  rmSync(dirname(path), { recursive: true })
})

test('a payment created before a restart is captured once after it', async () => {
  const before = restarted()
  const token = await before.authenticationToken()
  const sessionToken = await before.sessionToken(token)
  const card = await before.paymentMethod(sessionToken)
  const ref = await before.payment(token, { amount: '20.00', payment_method: card.ref })
  await before.emulator.control.advance(60_000)

  const after = restarted()
  const pin = { pin: '1234', card_number_token: card.vaultToken }
  const capture = (): ReturnType<Merchant['postJson']> =>
    after.postJson(`/proxy/api/payments/${ref}/capture/`, sessionToken, pin, { 'Idempotency-Key': ref })
  expect(await capture()).toMatchObject({ status: 200, body: { status: 'succeeded' } })
  expect(await capture()).toMatchObject({ status: 200, body: { status: 'succeeded' } })

  const { emulator } = restarted()
  expect(emulator.control.counts()).toEqual({ authenticationTokens: 1, sessionTokens: 1, captures: 1 })
  expect(statSync(path).mode % 0o1000).toBe(0o600)
})

test('objects created after a restart have other refs than those from before', async () => {
  const refOf = async (merchant: Merchant, pan: string): Promise<string> =>
    (await merchant.paymentMethod(await merchant.sessionToken(), pan)).ref
  const before = await refOf(restarted(), '9999420000000001')
  expect(await refOf(restarted(), '9999420000000002')).not.toBe(before)
})

test('a reset does not repeat the refs and tokens of an earlier start', async () => {
  const first = await restarted().authenticationToken()
  restarted().emulator.control.reset()
  expect(await restarted().authenticationToken()).not.toBe(first)
})

test('only the owner can read the files that SQLite writes', async () => {
  await restarted().authenticationToken()
  const modes = readdirSync(dirname(path)).map((name) => statSync(join(dirname(path), name)).mode % 0o1000)
  expect(modes.length).toBeGreaterThan(1)
  expect(new Set(modes)).toEqual(new Set([0o600]))
})

test('a refund and the rest of the payment are known after a restart', async () => {
  const shop = await checkout(undefined, restarted())
  const ref = await shop.pay()
  await shop.capture(ref)
  const refund = field(await shop.refund(ref, '15.00'), 'ref')

  const after = restarted()
  const refundsPath = `/api/payments/${ref}/refunds/`
  expect((await after.get(`${refundsPath}${refund}/`, shop.parent)).body).toMatchObject({
    status: 'succeeded',
  })
  const more = { amount: '5.01', reason: '', metadata: {} }
  const again = await after.postJson(refundsPath, shop.parent, more, {
    'API-Version': '2024-01-08',
    'Idempotency-Key': 'more',
  })
  expect(again.body).toMatchObject({ status: 'failed' })
})
