import { textField, type Api } from '../../api.ts'
import { addMethod, asServer, freshCard } from '../../checkout.ts'
import { expectAnswer, expectRefused, isText, listed, unlike } from '../../expect.ts'
import { factsOf, type Fact } from '../../fact.ts'
import { captureSession, hostedSession } from '../../hosted.ts'
import { docs, llmsText } from '../../sources.ts'

const { documented, unknown } = factsOf('5.5')

const reference = docs('reference/orders')

async function newOrder(api: Api): Promise<string> {
  return textField(await captureSession(api), 'ref')
}

async function addOrderPayment(api: Api, order: string): Promise<string> {
  const method = await addMethod(api)
  const body = { funding_type: 'ebt_snap', payment_method: method.ref, amount: '25.99' }
  return textField(await asServer(api, 'POST', `/api/orders/${order}/payments/`, body), 'ref')
}

export const orderFacts: readonly Fact[] = [
  documented(
    'read',
    reference,
    'An order starts as a draft.',
    async (api) => {
      const ref = await newOrder(api)
      expectAnswer(await asServer(api, 'GET', `/api/orders/${ref}/`), {
        status: 200,
        body: { ref, status: 'draft' },
      })
    },
    'write',
  ),
  documented(
    'read-by-session',
    docs('docs/authentication-reference'),
    'A session token can read an order.',
    async (api) => {
      const ref = await newOrder(api)
      expectAnswer(await api.send('GET', `/api/orders/${ref}/`, { token: await api.sessionToken() }), {
        status: 200,
        body: { ref },
      })
    },
    'write',
  ),
  documented(
    'update-by-session',
    docs('docs/authentication-reference'),
    'A session token cannot change an order.',
    async (api) => {
      const ref = await newOrder(api)
      expectRefused(
        await api.send('PATCH', `/api/orders/${ref}/`, {
          token: await api.sessionToken(),
          body: { is_delivery: false },
        }),
      )
    },
    'write',
  ),
  documented(
    'totals-dropped',
    docs('reference/version-history'),
    'From version 2025-08-04 on an order has no totals.',
    async (api) => {
      const ref = await newOrder(api)
      const token = await api.authenticationToken()
      const read = (version: string): ReturnType<Api['send']> =>
        api.send('GET', `/api/orders/${ref}/`, { token, headers: { 'API-Version': version } })
      expectAnswer(await read('2025-01-14'), { body: { snap_total: '25.99' } })
      expectAnswer(await read('2025-08-04'), { body: { snap_total: undefined } })
    },
    'write',
  ),
  documented(
    'cancel',
    llmsText,
    'A draft order can be canceled once.',
    async (api) => {
      const ref = await newOrder(api)
      expectAnswer(await asServer(api, 'POST', `/api/orders/${ref}/cancel/`, {}), {
        status: 200,
        body: { status: /^cancell?ed$/ },
      })
      expectAnswer(await asServer(api, 'POST', `/api/orders/${ref}/cancel/`, {}), {
        status: 400,
        body: listed('cannot_cancel_order'),
      })
    },
    'write',
  ),
  documented(
    'payments',
    llmsText,
    'The payments of an order are found under the order.',
    async (api) => {
      const order = await newOrder(api)
      const ref = await addOrderPayment(api, order)
      expectAnswer(await asServer(api, 'GET', `/api/orders/${order}/payments/${ref}/`), {
        status: 200,
        body: { ref, status: 'requires_confirmation', amount: '25.99' },
      })
      const list = await asServer(api, 'GET', `/api/orders/${order}/payments/`)
      if (list.status !== 200 || !list.text.includes(ref))
        throw unlike(list, 'the payment is not in the list')
    },
    'write',
  ),
  documented(
    'payment-elsewhere',
    docs('reference/errors'),
    'The payments of an order are 404 under /api/payments/.',
    async (api) => {
      const ref = await addOrderPayment(api, await newOrder(api))
      expectAnswer(await asServer(api, 'GET', `/api/payments/${ref}/`), {
        status: 404,
        body: listed('resource_not_found', /please use `\/api\/orders\/<order_ref>\/payments\/` instead$/),
      })
    },
    'write',
  ),
  documented(
    'cancel-payment',
    llmsText,
    'A payment of an order can be canceled while it requires confirmation.',
    async (api) => {
      const order = await newOrder(api)
      const ref = await addOrderPayment(api, order)
      expectAnswer(await asServer(api, 'POST', `/api/orders/${order}/payments/${ref}/cancel/`, {}), {
        status: 200,
        body: { status: /^cancell?ed$/ },
      })
    },
    'write',
  ),
  documented(
    'receipt',
    docs('docs/receipts'),
    'The receipt of a paid order has the transaction_type Order and the ref of the order.',
    async (api) => {
      const order = textField(await hostedSession(api), 'ref')
      // The form of the emulator's page.
      const body = new URLSearchParams({ card_number: freshCard(), pin: '1234' })
      await api.send('POST', `/proxy/hosted/orders/${order}/`, { merchant: null, body })
      expectAnswer(await asServer(api, 'GET', `/api/orders/${order}/`), {
        body: { status: 'succeeded', receipt: { transaction_type: 'Order', ref_number: order } },
      })
    },
    'control',
  ),
  documented(
    'refund-draft',
    llmsText,
    'A draft order cannot be refunded.',
    async (api) => {
      const order = await newOrder(api)
      expectAnswer(await asServer(api, 'POST', `/api/orders/${order}/refund_all/`, {}), {
        status: 400,
        body: { errors: isList },
      })
    },
    'write',
  ),
  documented(
    'no-refunds',
    llmsText,
    'The list of refunds of a new order is empty.',
    async (api) => {
      const order = await newOrder(api)
      const answer = await asServer(api, 'GET', `/api/orders/${order}/refunds/`)
      expectAnswer(answer, { status: 200 })
      if (/"ref"/.test(answer.text)) throw unlike(answer, 'the list has a refund')
    },
    'write',
  ),
  unknown(
    'expired-status',
    reference,
    'The status of an order after 30 minutes is undocumented.',
    async (api) => {
      const ref = await newOrder(api)
      await api.advance(30 * 60 * 1000)
      const status = textField(await asServer(api, 'GET', `/api/orders/${ref}/`), 'status')
      const isKnown = status === 'canceled' || status === 'failed' || status === 'draft'
      return { note: status, ...(isKnown ? { choice: { expiredOrderStatus: status } } : {}) }
    },
    'control',
  ),
  documented('unknown', docs('reference/errors'), 'An unknown order is 404.', async (api) => {
    const answer = await api.send('GET', '/api/orders/b873fe62dc/', { token: await api.sessionToken() })
    expectAnswer(answer, {
      status: 404,
      body: { errors: [{ code: 'resource_not_found', message: /b873fe62dc/, source: { resource: isText } }] },
    })
  }),
]

function isList(value: unknown): boolean {
  return Array.isArray(value)
}
