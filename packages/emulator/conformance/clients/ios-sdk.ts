import type { Answer, Api } from '../api.ts'
import { expectAnswer, unlike, type Pattern } from '../expect.ts'
import { flag, integer, optional, text, textMap, texts } from './kinds.ts'
import { matches, textAt, vaultTokenIn, type MobileSdk, type SdkError } from './mobile-sdk.ts'

const VERSION = '4.5.1'
const TRACE = '3300000000000001'
const REQUEST_VERSION = '2023-05-15'
const CREDIT_VERSION = '2025-01-14'
const VAULT_VERSION = '2024-01-08'

/** The members of `PaymentMethodModel.swift` and `PaymentModel.swift`. */
const balance = { snap: text, non_snap: text, updated: text }
const paymentMethod = { ref: text, type: text, customer_id: optional(text), reusable: optional(flag) }
const ebtMethod = {
  ...paymentMethod,
  card: {
    last_4: text,
    created: text,
    token: text,
    state: optional(text),
    fingerprint_v2: optional(text),
  },
}
const creditMethod = {
  ...paymentMethod,
  card: {
    brand: text,
    exp_month: integer,
    exp_year: integer,
    last_4: text,
    created: text,
    is_hsa_fsa: flag,
    psp_customer_id: text,
    payment_method_id: text,
  },
}
const receipt = {
  ref_number: text,
  is_voided: flag,
  snap_amount: text,
  ebt_cash_amount: text,
  other_amount: text,
  sales_tax_applied: text,
  balance: { id: integer, ...balance },
  last_4: text,
  message: text,
  transaction_type: text,
  created: text,
}
const storedPayment = {
  ref: text,
  merchant: text,
  funding_type: text,
  amount: text,
  description: text,
  metadata: textMap,
  payment_method: text,
  delivery_address: {
    city: text,
    country: text,
    line1: optional(text),
    line2: optional(text),
    zipcode: text,
    state: text,
  },
  is_delivery: flag,
  created: text,
  updated: text,
  status: text,
  success_date: optional(text),
  last_processing_error: optional(text),
  platform_fee: optional(text),
  merchant_fixed_settlement: optional(text),
  platform_fixed_settlement: optional(text),
  refunds: texts,
}
/** The source may be absent, as at a rate limit. */
const listedError = { code: text, message: text, source: optional(isSource) }
const vaultError = { message: text, status_code: integer, forage_code: text }

/** Plays forage-ios-sdk 4.5.1. */
export function iosSdk(api: Api, token: string): MobileSdk {
  const { get, post, submitPin } = iosRequests(api, token)
  const submitForPayment = async (ref: string, act: string, pin: string, key: string): Promise<Answer> => {
    const payment = decoded(await get(`/api/payments/${ref}/`), { payment_method: text })
    const card = decoded(await get(`/api/payment_methods/${textAt(payment, 'payment_method')}/`), ebtMethod)
    return await submitPin(`/proxy/api/payments/${ref}/${act}/`, card, pin, key)
  }
  return {
    tokenizeEbt: (number, customerId, reusable = true) => {
      const body = { type: 'ebt', reusable, card: { number }, customer_id: customerId }
      return post('/api/payment_methods/', REQUEST_VERSION, body)
    },
    tokenizeCredit: (card, customerId) => {
      const body = { type: 'credit', reusable: true, card, customer_id: customerId }
      return post('/proxy/api/payment_methods/', CREDIT_VERSION, body)
    },
    checkBalance: async (ref, pin) => {
      const card = decoded(await get(`/api/payment_methods/${ref}/`), ebtMethod)
      return await submitPin(`/proxy/api/payment_methods/${ref}/balance/`, card, pin, randomKey())
    },
    capturePayment: (ref, pin) => submitForPayment(ref, 'capture', pin, ref),
    deferPaymentCapture: (ref, pin) => submitForPayment(ref, 'collect_pin', pin, randomKey()),
    decoders: { ebtMethod, creditMethod, balance: { balance }, payment: { ...storedPayment, receipt } },
    errorIn: iosErrorIn,
  }
}

function isSource(value: unknown): boolean {
  const { resource, ref } = value as Record<string, unknown>
  return text(resource) && text(ref)
}

/** Swift writes a UUID in capital letters. */
function randomKey(): string {
  return crypto.randomUUID().toUpperCase()
}

interface IosRequests {
  get(path: string): Promise<Answer>
  post(path: string, version: string, body: object): Promise<Answer>
  submitPin(path: string, card: Answer, pin: string, key: string): Promise<Answer>
}

function iosRequests(api: Api, token: string): IosRequests {
  const merchant = `mid/${api.options.merchant}`
  const common = {
    'content-type': 'application/json',
    'X-Forage-Ios-Sdk-Version': VERSION,
    'x-datadog-trace-id': TRACE,
    authorization: `Bearer ${token}`,
  }
  const send = (verb: string, path: string, version: string, body?: string): Promise<Answer> => {
    const headers = { ...common, accept: 'application/json', 'API-VERSION': version }
    return api.send(verb, path, { merchant, headers, body })
  }
  return {
    get: (path) => send('GET', path, REQUEST_VERSION),
    // The SDK writes its JSON with line breaks.
    post: (path, version, body) => send('POST', path, version, JSON.stringify(body, null, 2)),
    submitPin: (path, card, pin, key) => {
      const body = JSON.stringify({ card_number_token: vaultTokenIn(card), pin })
      const headers = { ...common, 'API-VERSION': VAULT_VERSION, 'IDEMPOTENCY-KEY': key }
      return api.send('POST', path, { merchant, headers, body })
    },
  }
}

function decoded(answer: Answer, body: Pattern): Answer {
  expectAnswer(answer, { status: 200, body })
  return answer
}

/**
 * Reads the error like Provider.swift and Collector.swift: a list, or the `error` of a balance check or of a whole payment.
 * Its status is then `status_code`. Only the error of a payment has details.
 */
export function iosErrorIn(answer: Answer): SdkError {
  if (matches(answer, { path: text, errors: { 0: listedError } })) {
    const [code, message] = [textAt(answer, 'errors', '0', 'code'), textAt(answer, 'errors', '0', 'message')]
    return { httpStatusCode: answer.status, code, message }
  }
  const isCapture = answer.path.endsWith('/capture/')
  if (isCapture) expectAnswer(answer, { body: storedPayment })
  if (!answer.path.startsWith('/proxy/') || !matches(answer, { error: vaultError }))
    throw unlike(answer, 'the iOS SDK reads no error in the answer')
  const { error } = answer.body as { error: { status_code: number; details?: Record<string, unknown> } }
  return {
    httpStatusCode: error.status_code,
    code: textAt(answer, 'error', 'forage_code'),
    message: textAt(answer, 'error', 'message'),
    ...(isCapture && error.details ? { details: error.details } : {}),
  }
}
