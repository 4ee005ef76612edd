import { expect, test } from 'vitest'

import { createApi } from '../../conformance/api.ts'
import { runFact } from '../../conformance/run-facts.ts'
import type { WebhookEvent } from '../../conformance/webhook-inbox.ts'
import { factOf, tamperedApi, withField, withText, type Tampering } from './tampering.ts'

type Data = Record<string, unknown>

/** Runs a fact against an emulator whose webhooks are changed on their way. */
function runWithWebhooks(
  id: string,
  change: (event: WebhookEvent & { data: Data }) => object,
): ReturnType<typeof runFact> {
  const { api } = tamperedApi()
  const changed: typeof api = {
    ...api,
    webhook: async (matches) => {
      const event = (await api.webhook(matches)) as WebhookEvent & { data: Data }
      return { ...event, ...change(event) }
    },
  }
  return runFact(factOf(id), changed, true)
}

test.each<[string, string, (event: WebhookEvent & { data: Data }) => object]>([
  ['no ref', '5.8/envelope', () => ({ ref: undefined })],
  ['a day for a time', '5.8/envelope', () => ({ created: '2026-01-15' })],
  ['the ref of the payment', '5.8/own-ref', ({ data }) => ({ ref: data['payment_ref'] })],
  ['the payment of the API', '5.8/payment', ({ data }) => ({ data: { ...data, metadata: {} } })],
  ['a number for a decimal', '5.8/payment', ({ data }) => ({ data: { ...data, amount: 20 } })],
  ['no merchant', '5.8/payment', ({ data }) => ({ data: { ...data, merchant_id: undefined } })],
  ['another status', '5.8/canceled', ({ data }) => ({ data: { ...data, status: 'failed' } })],
  ['a processing refund', '5.8/refund', ({ data }) => ({ data: { ...data, status: 'processing' } })],
  ['no payments', '5.8/order', ({ data }) => ({ data: { ...data, payments: undefined } })],
  ['the ref of the order', '5.8/order', ({ data }) => ({ ref: data['order_ref'] })],
])('a server whose webhooks have %s fails the fact %s', async (_, id, change) => {
  expect(await runWithWebhooks(id, () => ({}))).toMatchObject({ status: 'pass' })
  expect(await runWithWebhooks(id, change)).toMatchObject({
    status: 'fail',
    note: expect.stringMatching(/webhook/),
  })
})

test('a refund’s webhook without its payment is not as guessed', async () => {
  const change = ({ data }: { data: Data }): object => ({ data: { ...data, payment_ref: undefined } })
  expect(await runWithWebhooks('5.8/refund-payment', change)).toMatchObject({ asGuessed: false })
})

test('the facts about webhooks are skipped for a server whose webhooks do not reach the run', async () => {
  const { api } = tamperedApi()
  const { webhooks: _, ...options } = api.options
  const deaf = createApi(options)
  expect(await runFact(factOf('5.8/payment'), deaf, true)).toMatchObject({
    status: 'skipped',
    note: 'the webhooks of this server do not reach this run',
  })
})

test.each<[string, string, RegExp, Tampering['change']]>([
  ['no details for a test card', '6/capture-51-details', /capture/, withText('"details"', '"more"')],
  ['a payment that succeeds', '6/payment-03', /capture/, () => ({ status: 200 })],
  ['texts for settlements', '5.3/settlements', /refunds/, withField('platform_fixed_settlement', '0.00')],
  ['the type Payment', '5.5/receipt', /orders/, withText('"Order"', '"Payment"')],
  ['one fingerprint', '5.1/fingerprint-v2', /payment_methods/, withText(/_v2":"\w+"/g, '_v2":1')],
  ['the state of a state', '5.1/state-null', /payment_methods/, withText('"state":null', '"state":"PA"')],
  ['milliseconds', '5.2/offset-digits', /payments/, withText(/000([+-]\d\d:)/g, '$1')],
  ['no refund', '5.9/refunds', /transactions/, withText('"Refund"', '"Purchase"')],
])('a server that answers with %s fails the fact %s', async (_, id, path, change) => {
  expect(await runFact(factOf(id), tamperedApi().api, true)).toMatchObject({ status: 'pass' })
  const { api } = tamperedApi({ strikes: (request) => path.test(request.path), change })
  expect(await runFact(factOf(id), api, true)).toMatchObject({
    status: 'fail',
    note: expect.stringMatching(/\S/),
  })
})
