import type { Answer, Api } from '../api.ts'
import { expectAnswer, unlike, type Pattern } from '../expect.ts'
import { flag, integer, optional, readableText, texts } from './kinds.ts'
import { memberAt, textAt, vaultTokenIn, type MobileSdk, type SdkError } from './mobile-sdk.ts'

const VERSION = '4.2.2'
const TRACE = '4400000000000001'
const REQUEST_VERSION = '2023-05-15'
const VAULT_VERSION = '2024-01-08'

/** The members that `PaymentMethod.kt`, `Payment.kt` and `Balance.kt` read. */
const balance = { snap: readableText, non_snap: readableText }
const ebtMethod = {
  ref: readableText,
  type: 'ebt',
  customer_id: optional(readableText),
  reusable: optional(flag),
  card: {
    last_4: readableText,
    token: readableText,
    fingerprint: readableText,
    state: optional(readableText),
  },
}
const creditMethod = {
  ref: readableText,
  type: /^(credit|debit|prepaid)$/,
  reusable: optional(flag),
  card: {
    last_4: readableText,
    brand: readableText,
    exp_month: integer,
    exp_year: integer,
    is_hsa_fsa: flag,
    psp_customer_id: readableText,
    payment_method_id: readableText,
  },
}
/** A placeholder has no amount, which JSONObject reads as the text "null". */
const storedPayment = {
  amount: optional(readableText),
  created: readableText,
  description: readableText,
  funding_type: readableText,
  merchant: readableText,
  payment_method: readableText,
  ref: readableText,
  refunds: texts,
  status: readableText,
  updated: readableText,
}
const receipt = {
  created: readableText,
  ebt_cash_amount: readableText,
  is_voided: flag,
  last_4: readableText,
  message: readableText,
  snap_amount: readableText,
  balance,
}

/** Plays forage-android-sdk 4.2.2. */
export function androidSdk(api: Api, token: string): MobileSdk {
  const send = androidRequests(api, token)
  const fetchMethod = async (ref: string): Promise<Answer> =>
    decoded(await send('GET', `/api/payment_methods/${ref}/`, REQUEST_VERSION), ebtMethod)
  const submitPin = async (path: string, method: Answer, pin: string, key: string): Promise<Answer> =>
    await send('POST', path, VAULT_VERSION, pinBody(pin, vaultTokenIn(method)), {
      'IDEMPOTENCY-KEY': key,
      'X-KEY': '',
    })
  const submitForPayment = async (ref: string, act: string, pin: string, key: string): Promise<Answer> => {
    const payment = decoded(await send('GET', `/api/payments/${ref}/`, REQUEST_VERSION), storedPayment)
    const method = await fetchMethod(textAt(payment, 'payment_method'))
    return await submitPin(`/proxy/api/payments/${ref}/${act}/`, method, pin, key)
  }
  return {
    tokenizeEbt: (number, customerId, reusable = true) => {
      const body = { customer_id: customerId, reusable, type: 'ebt', card: { number } }
      return send('POST', '/api/payment_methods/', REQUEST_VERSION, body)
    },
    tokenizeCredit: (card, customerId) => {
      const body = { customer_id: customerId, reusable: true, type: 'credit', card }
      return send('POST', '/proxy/api/payment_methods/', REQUEST_VERSION, body)
    },
    checkBalance: async (ref, pin) => {
      const method = await fetchMethod(ref)
      const path = `/proxy/api/payment_methods/${textAt(method, 'ref')}/balance/`
      return await submitPin(path, method, pin, crypto.randomUUID())
    },
    capturePayment: (ref, pin) => submitForPayment(ref, 'capture', pin, ref),
    deferPaymentCapture: (ref, pin) => submitForPayment(ref, 'collect_pin', pin, crypto.randomUUID()),
    decoders: { ebtMethod, creditMethod, balance: { balance }, payment: { ...storedPayment, receipt } },
    errorIn: androidErrorIn,
  }
}

type Send = (
  method: 'GET' | 'POST',
  path: string,
  version: string,
  body?: object,
  headers?: Readonly<Record<string, string>>,
) => Promise<Answer>

function androidRequests(api: Api, token: string): Send {
  return (method, path, version, body, headers = {}) =>
    api.send(method, path, {
      headers: {
        'X-Forage-Android-Sdk-Version': VERSION,
        ...headers,
        'x-datadog-trace-id': TRACE,
        Authorization: `Bearer ${token}`,
        'API-VERSION': version,
        // OkHttp adds the charset to a body's type.
        'Content-Type': body ? 'application/json; charset=utf-8' : 'application/json',
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
}

function pinBody(pin: string, cardNumberToken: string): object {
  return { pin, card_number_token: cardNumberToken }
}

function decoded(answer: Answer, body: Pattern): Answer {
  expectAnswer(answer, { status: 200, body })
  return answer
}

/** The envelopes in the order of EcomErrorResponseParser.kt, with the places of code and message. */
const envelopes: readonly (readonly [at: readonly string[], code: string, message: string])[] = [
  [['error'], 'forage_code', 'message'],
  [['errors', '0'], 'code', 'message'],
  [[], 'name', 'description'],
]

/** Reads the error of an answer. Its status is the answer's. */
export function androidErrorIn(answer: Answer): SdkError {
  const { status: httpStatusCode } = answer
  for (const [at, code, message] of envelopes) {
    const found = memberAt(answer.body, at)
    if (!readableText(found?.[code]) || !readableText(found?.[message])) continue
    const { details } = found as { details?: SdkError['details'] }
    return { httpStatusCode, code: String(found?.[code]), message: String(found?.[message]), details }
  }
  const detail = memberAt(answer.body, [])?.['detail']
  if (readableText(detail)) return { httpStatusCode, code: 'unknown_error', message: String(detail) }
  throw unlike(answer, 'the Android SDK reads no error in the answer')
}
