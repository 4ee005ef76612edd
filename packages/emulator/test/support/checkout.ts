import { createMerchant, type Answer, type Merchant } from './merchant.ts'

export interface Checkout {
  readonly merchant: Merchant
  readonly token: string
  readonly parent: string
  readonly method: { ref: string; vaultToken: string }
  balance(pin?: string): Promise<Answer>
  capture(ref: string, pin?: string, key?: string): Promise<Answer>
  pay(fields?: Record<string, unknown>): Promise<string>
  /** Sends a request from the merchant's backend. Every POST has a new idempotency key. */
  call(verb: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  read(ref: string): Promise<Record<string, unknown>>
  refund(ref: string, amount: string, fields?: Record<string, unknown>): Promise<Answer>
}

/** Creates a merchant and a customer who stored a card. */
export async function checkout(pan?: string, merchant: Merchant = createMerchant()): Promise<Checkout> {
  const parent = await merchant.authenticationToken()
  const token = await merchant.sessionToken(parent)
  const method = await merchant.paymentMethod(token, pan)
  let keys = 0
  const call: Checkout['call'] = (verb, path, body, headers = {}) => {
    keys += 1
    return merchant.send(path, {
      method: verb,
      headers: {
        Authorization: `Bearer ${parent}`,
        'Merchant-Account': 'mid/123ab45c67',
        ...(verb === 'POST' ? { 'Idempotency-Key': `backend-${keys}` } : {}),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  }
  const withPin = (pin: string): object => ({ pin, card_number_token: method.vaultToken })
  return {
    merchant,
    token,
    parent,
    method,
    balance: (pin = '1234') =>
      merchant.postJson(`/proxy/api/payment_methods/${method.ref}/balance/`, token, withPin(pin)),
    capture: (ref, pin = '1234', key = ref) =>
      merchant.postJson(`/proxy/api/payments/${ref}/capture/`, token, withPin(pin), {
        'Idempotency-Key': key,
      }),
    pay: (fields = {}) =>
      merchant.payment(parent, { payment_method: method.ref, amount: '20.00', ...fields }),
    call,
    read: async (ref) => (await call('GET', `/api/payments/${ref}/`)).body as Record<string, unknown>,
    refund: (ref, amount, fields = {}) => {
      const body = { amount, reason: 'Out of eggs', metadata: {}, ...fields }
      return call('POST', `/api/payments/${ref}/refunds/`, body, { 'API-Version': '2024-01-08' })
    },
  }
}

/** Returns the code of an answer's first error. */
export function codeOf({ body }: Answer): unknown {
  const { errors, error } = body as { errors?: { code: string }[]; error?: { forage_code: string } }
  return errors?.[0]?.code ?? error?.forage_code
}
