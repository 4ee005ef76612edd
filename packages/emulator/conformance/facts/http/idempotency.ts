import { textField } from '../../api.ts'
import {
  addMethod,
  addPayment,
  capture,
  checkBalance,
  paid,
  paymentBody,
  postPayment,
} from '../../checkout.ts'
import { described, expectAnswer, listed, unlike } from '../../expect.ts'
import { factsOf, type Fact } from '../../fact.ts'
import { docs, ios, upstream } from '../../sources.ts'

const { recorded, documented, inferred, unknown } = factsOf('5.6')

const reference = docs('reference/idempotency')
const MINUTE_MS = 60 * 1000
const changed =
  'Two requests were submitted with the same idempotency key, but slightly different request bodies. Please use a new idempotency key if you intended to change the request body'

export const idempotencyFacts: readonly Fact[] = [
  documented(
    'same',
    reference,
    'A request with the same idempotency key and body gets the first answer again.',
    async (api) => {
      const body = paymentBody(await addMethod(api))
      const key = { 'Idempotency-Key': api.unique() }
      const first = await postPayment(api, body, key)
      expectAnswer(await postPayment(api, body, key), {
        status: first.status,
        body: { ref: textField(first, 'ref') },
      })
    },
    'write',
  ),
  documented(
    'other-key',
    reference,
    'A request with another idempotency key creates another payment.',
    async (api) => {
      const body = paymentBody(await addMethod(api))
      const [one, other] = [await postPayment(api, body), await postPayment(api, body)]
      if (textField(one, 'ref') === textField(other, 'ref')) throw unlike(other, 'the payment is the same')
    },
    'write',
  ),
  documented(
    'changed',
    reference,
    'A request with the same idempotency key and another body is cannot_change_request.',
    async (api) => {
      const method = await addMethod(api)
      const key = { 'Idempotency-Key': api.unique() }
      await postPayment(api, paymentBody(method), key)
      expectAnswer(await postPayment(api, paymentBody(method, { amount: '20.01' }), key), {
        body: listed('cannot_change_request', changed),
      })
    },
    'write',
  ),
  inferred(
    'changed-status',
    reference,
    'The error cannot_change_request has the status 400 and the resource Idempotency_Key.',
    async (api) => {
      const method = await addMethod(api)
      const key = { 'Idempotency-Key': api.unique() }
      await postPayment(api, paymentBody(method), key)
      const answer = await postPayment(api, paymentBody(method, { amount: '20.01' }), key)
      expectAnswer(answer, {
        status: 400,
        body: listed('cannot_change_request', changed, { resource: 'Idempotency_Key' }),
      })
    },
    'write',
  ),
  unknown(
    'missing',
    reference,
    'The answer to a new payment without an idempotency key is undocumented.',
    async (api) => {
      const answer = await postPayment(api, paymentBody(await addMethod(api)), {})
      return {
        note: described(answer),
        choice: { missingIdempotencyKey: answer.status < 300 ? 'accept' : 'reject' },
      }
    },
    'write',
  ),
  recorded(
    'capture',
    ios('LiveForageService.swift'),
    'If a capture is repeated with its key (the payment’s ref), it counts once.',
    async (api) => {
      const { method, ref, answer } = await paid(api)
      expectAnswer(await capture(api, method, ref), {
        status: answer.status,
        body: { ref, status: 'succeeded' },
      })
      expectAnswer(await checkBalance(api, method), { body: { balance: { snap: '980.00' } } })
    },
    'write',
  ),
  inferred(
    'refused-not-kept',
    upstream.django,
    'A 401 is not stored for its idempotency key, so the same key succeeds with a good token.',
    async (api) => {
      const method = await addMethod(api)
      const ref = await addPayment(api, method)
      const body = { pin: '1234', card_number_token: method.vaultToken }
      const headers = { 'Idempotency-Key': ref }
      const refused = await api.send('POST', `/proxy/api/payments/${ref}/capture/`, {
        token: 'sandbox_abcd123',
        body,
        headers,
      })
      expectAnswer(refused, { status: 401 })
      expectAnswer(await capture(api, method, ref), { status: 200, body: { status: 'succeeded' } })
    },
    'write',
  ),
  inferred(
    'failure-not-kept',
    ios('LiveForageService.swift'),
    'A wrong PIN is not stored for its idempotency key, because the SDKs never change the key of a capture.',
    async (api) => {
      const method = await addMethod(api, '6777777777775678')
      const ref = await addPayment(api, method)
      expectAnswer(await capture(api, method, ref, '0000'), { status: 400 })
      expectAnswer(await capture(api, method, ref, '5678'), { status: 200 })
    },
    'write',
  ),
  inferred(
    'at-once',
    upstream.django,
    'Two requests at the same time with one idempotency key create one payment.',
    async (api) => {
      const body = paymentBody(await addMethod(api))
      const key = { 'Idempotency-Key': api.unique() }
      const [one, other] = await Promise.all([postPayment(api, body, key), postPayment(api, body, key)])
      const refs = new Set(
        [one, other].filter(({ status }) => status < 300).map((answer) => textField(answer, 'ref')),
      )
      if (refs.size !== 1) throw unlike(other, `the requests created ${refs.size} payments`)
      return { note: `as guessed: ${[one, other].map(({ status }) => status).join(' and ')}` }
    },
    'write',
  ),
  unknown(
    'retention',
    reference,
    'It is undocumented whether an answer is stored for its idempotency key for 24 hours or for 10 minutes.',
    async (api) => {
      const body = paymentBody(await addMethod(api))
      const key = { 'Idempotency-Key': api.unique() }
      const first = textField(await postPayment(api, body, key), 'ref')
      await api.advance(11 * MINUTE_MS)
      const isKept = textField(await postPayment(api, body, key), 'ref') === first
      return {
        note: isKept ? 'more than 11 minutes' : 'less than 11 minutes',
        choice: { idempotencyTtlMs: (isKept ? 24 * 60 : 10) * MINUTE_MS },
      }
    },
    'control',
  ),
]
