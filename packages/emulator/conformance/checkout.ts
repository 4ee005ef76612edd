import { textField, type Answer, type Api, type PaymentMethod } from './api.ts'
import { expectSuccess } from './expect.ts'

type Fields = Readonly<Record<string, unknown>>

/** Returns a new PAN, so that no other fact uses its balance. Any 16 digits that start with 9999 are a test card. */
export function freshCard(): string {
  const digits = crypto.getRandomValues(new Uint8Array(12))
  return `9999${Array.from(digits, (byte) => byte % 10).join('')}`
}

/** Stores a card. */
export async function addMethod(
  api: Api,
  pan: string = freshCard(),
  fields: Fields = {},
): Promise<PaymentMethod> {
  const answer = await postMethod(api, pan, fields)
  expectSuccess(answer)
  const body = answer.body as Record<string, unknown>
  const { token } = body['card'] as { token?: unknown }
  return { ref: textField(answer, 'ref'), vaultToken: String(token).split(',')[2] ?? '', body }
}

export async function postMethod(api: Api, pan: string, fields: Fields = {}): Promise<Answer> {
  const customer = `customer-${api.unique()}`
  const body = { type: 'ebt', reusable: true, card: { number: pan }, customer_id: customer, ...fields }
  return await api.send('POST', '/api/payment_methods/', { token: await api.sessionToken(), body })
}

export async function readMethod(api: Api, { ref }: PaymentMethod): Promise<Answer> {
  return await api.send('GET', `/api/payment_methods/${ref}/`, { token: await api.sessionToken() })
}

/** Returns the fields of a $20 payment with EBT SNAP. */
export function paymentBody(method: PaymentMethod, fields: Fields = {}): Fields {
  return {
    funding_type: 'ebt_snap',
    amount: '20.00',
    payment_method: method.ref,
    description: 'Groceries',
    metadata: {},
    is_delivery: false,
    delivery_address: {
      city: 'San Francisco',
      country: 'US',
      line1: '1856 Market St.',
      line2: '',
      state: 'CA',
      zipcode: '94102',
    },
    ...fields,
  }
}

export async function postPayment(
  api: Api,
  body: Fields,
  headers: Readonly<Record<string, string>> = { 'Idempotency-Key': api.unique() },
): Promise<Answer> {
  return await api.send('POST', '/api/payments/', { token: await api.authenticationToken(), body, headers })
}

/** Creates a payment and returns its ref. */
export async function addPayment(api: Api, method: PaymentMethod, fields: Fields = {}): Promise<string> {
  const answer = await postPayment(api, paymentBody(method, fields))
  expectSuccess(answer)
  return textField(answer, 'ref')
}

export async function readPayment(api: Api, ref: string): Promise<Answer> {
  return await api.send('GET', `/api/payments/${ref}/`, { token: await api.sessionToken() })
}

/** Sends a request as the merchant's server. */
export async function asServer(api: Api, method: string, path: string, body?: object): Promise<Answer> {
  const headers = { 'Idempotency-Key': api.unique() }
  return await api.send(method, path, { token: await api.authenticationToken(), body, headers })
}

export async function checkBalance(
  api: Api,
  method: PaymentMethod,
  pin = '1234',
  headers: Record<string, string> = {},
): Promise<Answer> {
  return await enterPin(
    api,
    `/proxy/api/payment_methods/${method.ref}/balance/`,
    method,
    pin,
    api.unique(),
    headers,
  )
}

/** Captures a payment as the SDKs do, with the payment's ref as the key. */
export async function capture(
  api: Api,
  method: PaymentMethod,
  ref: string,
  pin = '1234',
  key: string = ref,
): Promise<Answer> {
  return await enterPin(api, `/proxy/api/payments/${ref}/capture/`, method, pin, key)
}

export async function collectPin(
  api: Api,
  method: PaymentMethod,
  ref: string,
  pin = '1234',
): Promise<Answer> {
  return await enterPin(api, `/proxy/api/payments/${ref}/collect_pin/`, method, pin, api.unique())
}

async function enterPin(
  api: Api,
  path: string,
  method: PaymentMethod,
  pin: string,
  key: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return await api.send('POST', path, {
    token: await api.sessionToken(),
    body: { pin, card_number_token: method.vaultToken },
    headers: { 'API-VERSION': '2024-01-08', 'IDEMPOTENCY-KEY': key, 'X-KEY': '', ...headers },
  })
}

/** Creates a payment and captures it. */
export async function paid(
  api: Api,
  fields: Fields = {},
  pan: string = freshCard(),
): Promise<{ method: PaymentMethod; ref: string; answer: Answer }> {
  const method = await addMethod(api, pan)
  const ref = await addPayment(api, method, fields)
  const answer = await capture(api, method, ref)
  expectSuccess(answer)
  return { method, ref, answer }
}
