import { textField, type Api } from '../../api.ts'
import { addMethod, addPayment, asServer, paid } from '../../checkout.ts'
import { expectAnswer, expectEvent, expectSuccess, fields, isText } from '../../expect.ts'
import { factsOf, type Fact } from '../../fact.ts'
import { hostedSession } from '../../hosted.ts'
import { docs } from '../../sources.ts'
import type { WebhookEvent } from '../../webhook-inbox.ts'
import { decimal, ref, time } from '../payments/patterns.ts'

const { documented, inferred, unknown } = factsOf('5.8')

const reference = docs('docs/webhooks-event-reference')
const guide = docs('docs/webhooks-configure')

const merchant = { merchant_fns: isText, merchant_id: isText }
const payment = { ...merchant, payment_ref: ref, funding_type: isText, amount: decimal, status: isText }

/** Returns the event of this type whose data has this value. */
function eventOf(api: Api, type: string, name: string, value: string): Promise<WebhookEvent> {
  return api.webhook((event) => event['type'] === type && Object(event['data'])[name] === value)
}

async function paymentEvent(api: Api): Promise<{ paymentRef: string; event: WebhookEvent }> {
  const { ref: paymentRef } = await paid(api)
  return { paymentRef, event: await eventOf(api, 'PAYMENT_STATUS_UPDATED', 'payment_ref', paymentRef) }
}

async function refundEvent(api: Api): Promise<WebhookEvent> {
  const { ref: paymentRef } = await paid(api)
  const body = { amount: '5.00', reason: 'Returned', metadata: {} }
  const headers = { 'Idempotency-Key': api.unique(), 'API-Version': '2024-01-08' }
  const token = await api.authenticationToken()
  const answer = await api.send('POST', `/api/payments/${paymentRef}/refunds/`, { token, body, headers })
  return await eventOf(api, 'REFUND_STATUS_UPDATED', 'refund_ref', textField(answer, 'ref'))
}

export const webhookFacts: readonly Fact[] = [
  documented(
    'envelope',
    reference,
    'A webhook has type, ref, created and data.',
    async (api) => {
      const { event } = await paymentEvent(api)
      expectEvent(event, { type: 'PAYMENT_STATUS_UPDATED', ref, created: time, data: { status: isText } })
    },
    'write',
  ),
  documented(
    'own-ref',
    reference,
    'The ref of a webhook is the event’s own, and data.payment_ref names the payment.',
    async (api) => {
      const { event, paymentRef } = await paymentEvent(api)
      expectEvent(event, { ref: (value) => value !== paymentRef, data: { payment_ref: paymentRef } })
    },
    'write',
  ),
  documented(
    'payment',
    reference,
    'The data of a payment is not the payment of the API: it has the documented members only.',
    async (api) => {
      const { event } = await paymentEvent(api)
      expectEvent(event, {
        data: { ...payment, funding_type: 'ebt_snap', amount: '20.00', status: 'succeeded' },
      })
      expectEvent(event, { data: fields(...Object.keys(payment), 'order_ref') })
    },
    'write',
  ),
  documented(
    'canceled',
    docs('docs/webhooks-concepts'),
    'A canceled payment is sent to webhooks.',
    async (api) => {
      const paymentRef = await addPayment(api, await addMethod(api))
      expectSuccess(await asServer(api, 'POST', `/api/payments/${paymentRef}/cancel/`, {}))
      const event = await eventOf(api, 'PAYMENT_STATUS_UPDATED', 'payment_ref', paymentRef)
      expectEvent(event, { data: { status: /^cancell?ed$/ } })
    },
    'write',
  ),
  documented(
    'refund',
    guide,
    'The data of a refund has refund_ref.',
    async (api) => expectEvent(await refundEvent(api), { data: { refund_ref: ref, status: 'succeeded' } }),
    'write',
  ),
  inferred(
    'refund-payment',
    reference,
    'The data of a refund also has the members of its payment’s data.',
    async (api) => expectEvent(await refundEvent(api), { data: payment }),
    'write',
  ),
  documented(
    'order',
    reference,
    'The data of an order has order_ref, its totals as strings, and a list of its payments.',
    async (api) => {
      const order = await canceledOrder(api)
      const event = await eventOf(api, 'ORDER_STATUS_UPDATED', 'order_ref', order)
      const totals = { snap_total: decimal, ebt_cash_total: decimal, remaining_total: decimal }
      expectEvent(event, { data: { ...merchant, ...totals, status: isText, payments: Array.isArray } })
      expectEvent(event, { ref: (value) => value !== order })
    },
    'write',
  ),
  unknown(
    'created',
    reference,
    'The example of a webhook has a time with an offset, and other times are in UTC from version 2024-05-07 on.',
    async (api) => {
      const { event } = await paymentEvent(api)
      return { note: String(event['created']).replace(/^.*?(Z|[+-]\d\d:\d\d)$/, '$1') }
    },
    'write',
  ),
]

async function canceledOrder(api: Api): Promise<string> {
  const session = await hostedSession(api)
  const order = textField(session, 'ref')
  expectAnswer(await asServer(api, 'POST', `/api/orders/${order}/cancel/`, {}), { status: 200 })
  return order
}
