import { textField } from '../../api.ts'
import {
  addMethod,
  addPayment,
  asServer,
  freshCard,
  paymentBody,
  postPayment,
  readPayment,
} from '../../checkout.ts'
import { described, expectAnswer, isText, unlike } from '../../expect.ts'
import { factsOf, type Fact } from '../../fact.ts'
import { docs, llmsText } from '../../sources.ts'
import { ref as refPattern, time } from './patterns.ts'

const { documented, unknown } = factsOf('5.2')

const reference = docs('reference/payments')
const serverSide = docs('docs/capture-ebt-payments-server-side')
const HALF_HOUR_MS = 30 * 60 * 1000

const refusedBodies: readonly [string, Readonly<Record<string, unknown>>][] = [
  ['zero', { amount: '0.00' }],
  ['negative', { amount: '-1.00' }],
  ['no decimal', { amount: 'ten' }],
  ['funding_type', { funding_type: 'gold' }],
  ['payment_method', { payment_method: 'e1fff94f29' }],
]

export const paymentCreationFacts: readonly Fact[] = [
  documented(
    'create',
    reference,
    'A new payment is 201 and requires confirmation.',
    async (api) => {
      const method = await addMethod(api)
      expectAnswer(await postPayment(api, paymentBody(method)), {
        status: 201,
        body: {
          ref: refPattern,
          funding_type: 'ebt_snap',
          amount: '20.00',
          description: 'Groceries',
          metadata: {},
          payment_method: method.ref,
          is_delivery: false,
          delivery_address: { city: 'San Francisco', zipcode: '94102' },
          created: time,
          updated: time,
          status: 'requires_confirmation',
          last_processing_error: null,
          success_date: null,
          receipt: null,
          refunds: [],
          previous_errors: [],
        },
      })
    },
    'write',
  ),
  documented(
    'merchant',
    reference,
    'A payment names its merchant.',
    async (api) => {
      expectAnswer(await postPayment(api, paymentBody(await addMethod(api))), { body: { merchant: isText } })
    },
    'write',
  ),
  documented(
    'decimals',
    reference,
    'Decimals are strings with two places, even if a number was sent.',
    async (api) => {
      expectAnswer(await postPayment(api, paymentBody(await addMethod(api), { amount: 20 })), {
        body: { amount: '20.00' },
      })
    },
    'write',
  ),
  documented(
    'expires-at',
    reference,
    'A payment’s expires_at is 30 minutes after created.',
    async (api) => {
      const answer = await postPayment(api, paymentBody(await addMethod(api)))
      const [created, end] = ['created', 'expires_at'].map((name) => Date.parse(textField(answer, name)))
      if (Math.abs((end ?? 0) - (created ?? 0) - HALF_HOUR_MS) > 2000)
        throw unlike(answer, 'expires_at is not 30 minutes after created')
    },
    'write',
  ),
  documented(
    'smallest',
    reference,
    'An amount may be as small as 0.01.',
    async (api) => {
      expectAnswer(await postPayment(api, paymentBody(await addMethod(api), { amount: '0.01' })), {
        status: 201,
      })
    },
    'write',
  ),
  ...refusedBodies.map(([name, fields]) =>
    documented(
      `refuses ${name}`,
      reference,
      'A payment with an invalid amount, funding type or payment method is refused.',
      async (api) => {
        expectAnswer(await postPayment(api, paymentBody(await addMethod(api), fields)), {
          status: [400, 404],
        })
      },
      'write',
    ),
  ),
  documented(
    'placeholder',
    serverSide,
    'A payment may be created without an amount, which follows later.',
    async (api) => {
      const { ref } = await addMethod(api)
      const body = { funding_type: 'ebt_snap', payment_method: ref, description: 'Later', metadata: {} }
      expectAnswer(await postPayment(api, body), {
        status: 201,
        body: { amount: null, status: 'requires_confirmation' },
      })
    },
    'write',
  ),
  unknown(
    'single-use',
    docs('reference/create-payment-method'),
    'It is undocumented whether a payment or its capture uses up a card that is not reusable.',
    async (api) => {
      const method = await addMethod(api, freshCard(), { reusable: false })
      await addPayment(api, method)
      const answer = await postPayment(api, paymentBody(method))
      return {
        note: described(answer),
        choice: { singleUseCard: answer.status < 300 ? 'capture' : 'payment' },
      }
    },
    'write',
  ),
  documented(
    'utc',
    docs('reference/version-history'),
    'From version 2024-05-07 on times are in UTC.',
    async (api) => {
      const headers = { 'Idempotency-Key': api.unique(), 'API-Version': '2024-05-07' }
      const answer = await postPayment(api, paymentBody(await addMethod(api)), headers)
      expectAnswer(answer, { status: 201, body: { created: /(Z|\+00:00)$/, expires_at: /(Z|\+00:00)$/ } })
    },
    'write',
  ),
  documented(
    'utc-digits',
    docs('reference/orders'),
    'Times in UTC have six fraction digits.',
    async (api) => {
      const headers = { 'Idempotency-Key': api.unique(), 'API-Version': '2024-05-07' }
      const answer = await postPayment(api, paymentBody(await addMethod(api)), headers)
      expectAnswer(answer, { body: { created: /\.\d{6}(Z|\+00:00)$/, updated: /\.\d{6}(Z|\+00:00)$/ } })
    },
    'write',
  ),
  documented(
    'offset-digits',
    reference,
    'Times with an offset, before version 2024-05-07, have six fraction digits.',
    async (api) => {
      const headers = { 'Idempotency-Key': api.unique(), 'API-Version': '2023-05-15' }
      const answer = await postPayment(api, paymentBody(await addMethod(api)), headers)
      const withOffset = /\.\d{6}[+-]\d\d:\d\d$/
      expectAnswer(answer, { body: { created: withOffset, updated: withOffset, expires_at: withOffset } })
    },
    'write',
  ),
  documented(
    'read',
    reference,
    'A session token can read a payment.',
    async (api) => {
      const ref = await addPayment(api, await addMethod(api))
      expectAnswer(await readPayment(api, ref), {
        status: 200,
        body: { ref, status: 'requires_confirmation' },
      })
    },
    'write',
  ),
  documented(
    'list',
    llmsText,
    'Payments are found by their external_order_id.',
    async (api) => {
      const order = `order-${api.unique()}`
      const ref = await addPayment(api, await addMethod(api), { external_order_id: order })
      const answer = await asServer(api, 'GET', `/api/payments/?external_order_id=${order}`)
      expectAnswer(answer, { status: 200 })
      if (!answer.text.includes(ref)) throw unlike(answer, 'the payment is not found')
    },
    'write',
  ),
]
