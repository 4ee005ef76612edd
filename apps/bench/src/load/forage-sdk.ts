/** The values that Forage's browser SDK needs for a call. Each function below sends the SDK's requests in order. */
export interface SdkCall {
  readonly apiUrl: string
  readonly vaultUrl: string
  readonly token: string
}

/** The error with which the SDK rejects. */
class SdkError extends Error {
  override readonly name = 'ForageError'
  readonly httpStatusCode: number

  constructor(httpStatusCode: number, text: string) {
    super(`${httpStatusCode} ${text.slice(0, 200)}`)
    this.httpStatusCode = httpStatusCode
  }
}

interface PaymentMethod {
  readonly ref: string
  readonly card: { readonly token: string }
}

export async function tokenizeCard(call: SdkCall, number: string, customerId: string): Promise<string> {
  const body = { type: 'ebt', reusable: true, card: { number }, customer_id: customerId }
  return (await request<PaymentMethod>(call, call.apiUrl, '/api/payment_methods/', body)).ref
}

export async function checkBalance(call: SdkCall, ref: string): Promise<void> {
  const { card } = await request<PaymentMethod>(call, call.apiUrl, `/api/payment_methods/${ref}/`)
  await request(call, call.vaultUrl, `/proxy/api/payment_methods/${ref}/balance/`, pinOf(card))
}

/** Captures a payment. The payment's ref is the idempotency key, as in Forage's own SDKs. */
export async function capturePayment(call: SdkCall, paymentRef: string): Promise<void> {
  const payment = await request<{ payment_method: string }>(call, call.apiUrl, `/api/payments/${paymentRef}/`)
  const path = `/api/payment_methods/${payment.payment_method}/`
  const { card } = await request<PaymentMethod>(call, call.apiUrl, path)
  const capture = `/proxy/api/payments/${paymentRef}/capture/`
  await request(call, call.vaultUrl, capture, pinOf(card), paymentRef)
}

function pinOf(card: PaymentMethod['card']): object {
  return { pin: '1234', card_number_token: card.token.split(',')[2] }
}

async function request<T>(
  { token }: SdkCall,
  origin: string,
  path: string,
  body?: object,
  key: string = crypto.randomUUID(),
): Promise<T> {
  const headers = {
    Authorization: `Bearer ${token}`,
    'Merchant-Account': 'mid/123ab45c67',
    'API-Version': '2023-05-15',
    'Content-Type': 'application/json',
    'Idempotency-Key': key,
  }
  const init = body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers }
  const response = await fetch(origin + path, init)
  const text = await response.text()
  if (!response.ok) throw new SdkError(response.status, text)
  return JSON.parse(text) as T
}
