import type { EmulatorControl } from '../../src/control/control.ts'
import type { FuzzedRequest } from './fuzzed-request.ts'

/** The values that stand behind the names in `fuzzed-request.ts`. */
export type Known = Readonly<Record<string, string>>

type Send = (request: FuzzedRequest) => Promise<{ readonly status: number; readonly text: string }>

/** Creates a token of each kind, a card, a payment and a payment link. */
export async function furnish(send: Send, control: EmulatorControl): Promise<Known> {
  const tokens = await forageTokens(send, control)
  const pinpad = tokens['$pinpad_only'] ?? ''
  const newCard = { type: 'ebt', reusable: true, card: { number: '$card' }, customer_id: 'customer-1' }
  const method = await postJson(send, '/api/payment_methods/', pinpad, newCard)
  const newPayment = {
    funding_type: 'ebt_snap',
    payment_method: method('ref'),
    amount: '20.00',
    description: 'Groceries',
    metadata: {},
    is_delivery: false,
  }
  const payment = await postJson(send, '/api/payments/', pinpad, newPayment)
  return {
    ...tokens,
    ...(await quidkey(send)),
    ...(await ordered(send, pinpad, method)),
    $paymentMethod: method('ref'),
    $vaultToken: vaultTokenOf(method),
    $payment: payment('ref'),
  }
}

async function forageTokens(send: Send, control: EmulatorControl): Promise<Record<string, string>> {
  const authenticate = async (scope: string): Promise<string> => {
    const token = await postForm(send, '/o/token/', { grant_type: 'client_credentials', scope })
    return token('access_token')
  }
  const $pinpad_only = await authenticate('pinpad_only')
  const session = async (parent: string): Promise<string> =>
    (await postJson(send, '/api/session_token/', parent, {}))('token')
  const $expired = await session($pinpad_only)
  control.expireSessionTokens()
  const revoked = await authenticate('pinpad_only')
  const $orphan = await session(revoked)
  await postForm(send, '/o/revoke_token/', { token: revoked })
  return {
    $pinpad_only,
    $expired,
    $orphan,
    $live: await session($pinpad_only),
    $accounts: await authenticate('accounts'),
    $hosted_checkout: await authenticate('hosted_checkout'),
    $reporting: await authenticate('reporting'),
  }
}

async function quidkey(send: Send): Promise<Record<string, string>> {
  const client = { grant_type: 'client_credentials', client_id: '$clientId', client_secret: '$clientSecret' }
  const tokens = await postJson(send, '/api/v1/oauth2/token', '', client)
  const $quidkeyAccess = tokens('data.access_token')
  const order = { amount: 5000, currency: 'EUR', payment_reference: 'INV-1' }
  const link = await postJson(send, '/api/v1/payment-links', $quidkeyAccess, { order })
  return { $quidkeyAccess, $quidkeyRefresh: tokens('data.refresh_token'), $link: link('data.link_id') }
}

/** Creates an order that waits for its capture, and a paid order that can be refunded. */
async function ordered(send: Send, token: string, method: Read): Promise<Record<string, string>> {
  const payment_method = method('ref')
  const redirects = {
    success_redirect_url: 'https://shop.example/receipt',
    cancel_redirect_url: 'https://shop.example/cart',
  }
  const delivery_address = {
    city: 'San Francisco',
    country: 'US',
    line1: '1856 Market St.',
    state: 'CA',
    zipcode: '94102',
  }
  const newOrder = {
    ...redirects,
    delivery_address,
    is_delivery: true,
    snap_total: '25.99',
    ebt_cash_total: '0.00',
    remaining_total: '0.00',
  }
  const order = async (key: string): Promise<{ ref: string; payment: string }> => {
    const session = await postJson(send, '/api/capture_sessions/', token, newOrder, key)
    const newPayment = { funding_type: 'ebt_snap', payment_method, amount: '25.99', is_delivery: true }
    const path = `/api/orders/${session('ref')}/payments/`
    const payment = await postJson(send, path, token, { ...newPayment, delivery_address })
    return { ref: session('ref'), payment: payment('ref') }
  }
  const [draft, paid] = [await order('draft'), await order('paid')]
  const pin = { pin: '1234', card_number_token: vaultTokenOf(method) }
  await postJson(send, `/proxy/api/payments/${paid.payment}/capture/`, token, pin)
  const balance = await postJson(send, '/api/balance_sessions/', token, { ...redirects, payment_method })
  return {
    $order: draft.ref,
    $orderPayment: draft.payment,
    $paidOrder: paid.ref,
    $paidPayment: paid.payment,
    $balanceSession: balance('ref'),
  }
}

function vaultTokenOf(method: Read): string {
  return method('card.token').split(',')[2] ?? ''
}

/** A function that reads a text from an answer by its dotted path. */
type Read = (name: string) => string

async function postForm(send: Send, path: string, fields: Record<string, string>): Promise<Read> {
  const headers = {
    Authorization: 'Basic $basic',
    'Content-Type': 'application/x-www-form-urlencoded',
  }
  return reader(await send({ method: 'POST', path, headers, body: new URLSearchParams(fields).toString() }))
}

async function postJson(
  send: Send,
  path: string,
  token: string,
  body: object,
  key = 'furnished',
): Promise<Read> {
  const headers = {
    Authorization: `Bearer ${token}`,
    'Content-Type': 'application/json',
    'Merchant-Account': '123ab45c67',
    'Idempotency-Key': key,
  }
  return reader(await send({ method: 'POST', path, headers, body: JSON.stringify(body) }))
}

function reader({ status, text }: { readonly status: number; readonly text: string }): Read {
  return (name) => {
    let found: unknown = JSON.parse(text)
    for (const part of name.split('.')) found = (found as Record<string, unknown> | undefined)?.[part]
    if (typeof found === 'string') return found
    throw new Error(`No \`${name}\` in the answer ${status}: ${text}`)
  }
}
