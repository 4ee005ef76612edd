import type { ElementParts, ForageElement, ForageSdkOrigins } from './sdk-elements.ts'
import type { ElementType, InputAnswer } from './sdk-messages.ts'

/*
 * The functions of the SDK that send an element's input, and their errors. The emulator serves them as text, so they use
 * only each other and the browser. The real SDK's source is not public: these make the calls of forage-android-sdk and
 * forage-ios-sdk.
 */

export interface ForageConfig {
  readonly merchantId: string
  readonly sessionToken: string
  readonly customerId: string
  readonly appearance?: { readonly variables?: Readonly<Record<string, string>> }
}

/** The shape of a rejection: `ForageError`, or the list of versions before 2024. */
export type ForageErrorShape = 'error' | 'list'

/** An element that an instance of the SDK created. */
export interface CreatedElement {
  readonly parts: ElementParts
  /** The `paymentType` of a payment sheet. */
  readonly paymentType: unknown
}

export interface CallsScope {
  readonly origins: ForageSdkOrigins
  readonly config: ForageConfig
  readonly errorShape: ForageErrorShape
  find(element: ForageElement): CreatedElement | undefined
}

type PinCall<T> = (element: ForageElement, ref: string) => Promise<T>

export interface ForageCalls {
  tokenizeCard(element: ForageElement, options?: { reusable?: boolean }): Promise<unknown>
  checkBalance: PinCall<unknown>
  capturePayment: PinCall<unknown>
  deferPaymentCapture: PinCall<unknown>
  /** The names before 2024: docs.joinforage.app/docs/checkout-flow. */
  tokenizeEbtCardNumber: ForageCalls['tokenizeCard']
  createEbtPinBalanceCheck: PinCall<unknown>
  captureEbtPinPayment: PinCall<unknown>
}

interface WireError {
  readonly code?: unknown
  readonly message?: unknown
  readonly details?: unknown
}

interface ErrorBody {
  readonly errors?: readonly WireError[]
  readonly error?: { forage_code?: unknown; message?: unknown; status_code?: unknown; details?: unknown }
  readonly detail?: unknown
  readonly name?: unknown
  readonly description?: unknown
}

/** An object from the API. The SDK does not check its shape. */
interface WireObject {
  readonly payment_method?: string
  readonly card?: { readonly token?: string }
  readonly balance?: { readonly snap: string; readonly non_snap: string; readonly updated: string } | null
}

/** Creates the functions of an instance. */
export function createForageCalls(scope: CallsScope): ForageCalls {
  const { origins, config } = scope
  const submit = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await call()
    } catch (error) {
      throw scope.errorShape === 'list' ? errorList(error) : error
    }
  }
  const withPin =
    <T>(call: (parts: ElementParts, ref: string) => Promise<T>): PinCall<T> =>
    (element, ref) =>
      submit(() => call(elementFor(scope, element, 'collect_pin').parts, ref))
  const tokenizeCard: ForageCalls['tokenizeCard'] = (element, { reusable = true } = {}) =>
    submit(() =>
      tokenizeElement(config, elementFor(scope, element, 'tokenize_card', 'payment_sheet'), reusable),
    )
  const checkBalance = (parts: ElementParts, ref: string): Promise<WireObject['balance']> =>
    readBalance(origins, config, parts, ref)
  const capturePayment = withPin((parts, ref) => captureWithPin(origins, config, parts, ref))
  return {
    tokenizeCard,
    checkBalance: withPin(async (parts, ref) => currentBalance(await checkBalance(parts, ref))),
    capturePayment,
    deferPaymentCapture: withPin((parts, ref) => deferCapture(origins, config, parts, ref)),
    tokenizeEbtCardNumber: tokenizeCard,
    createEbtPinBalanceCheck: withPin(checkBalance),
    captureEbtPinPayment: capturePayment,
  }
}

function elementFor(
  { find }: CallsScope,
  element: ForageElement,
  ...types: readonly ElementType[]
): CreatedElement {
  const created = find(element)
  if (!created) throw forageError(400, 'user_error', 'The element was not created by this Forage instance.')
  if (types.includes(created.parts.type)) return created
  throw forageError(400, 'user_error', `The element has to be of type ${types.join(' or ')}.`)
}

async function tokenizeElement(
  config: ForageConfig,
  { parts, paymentType }: CreatedElement,
  reusable: boolean,
): Promise<unknown> {
  const { customerId: customer_id } = config
  if (parts.type === 'tokenize_card') {
    const headers = requestHeaders(config, '2023-05-15')
    const body = { type: 'ebt', reusable, customer_id }
    return succeeded(await parts.submit({ path: '/api/payment_methods/', headers, body }))
  }
  // The request and the error of forage-ios-sdk: ForageAPI.swift, ForageSDK+ForageServices.swift.
  if (paymentType !== 'HSAFSA')
    throw forageError(
      400,
      'payment_sheet_type_unset',
      'Payment sheet type is unset. Set paymentSheet.paymentType.',
    )
  const headers = requestHeaders(config, '2025-01-14')
  const body = { type: 'credit', reusable, customer_id, card: { is_hsa_fsa: true } }
  return succeeded(await parts.submit({ path: '/proxy/api/payment_methods/', headers, body }))
}

async function readBalance(
  origins: ForageSdkOrigins,
  config: ForageConfig,
  parts: ElementParts,
  ref: string,
): Promise<WireObject['balance']> {
  const method = await readObject(origins, config, `/api/payment_methods/${ref}/`)
  const path = `/proxy/api/payment_methods/${ref}/balance/`
  const { balance } = await submitPin(config, parts, path, method, randomKey())
  return balance
}

function currentBalance(balance: WireObject['balance']): object {
  return { ebt: { snap: balance?.snap, cash: balance?.non_snap }, updated: balance?.updated }
}

/** Sends three requests to two hosts. The payment's ref is the idempotency key, as in forage-ios-sdk. */
async function captureWithPin(
  origins: ForageSdkOrigins,
  config: ForageConfig,
  parts: ElementParts,
  ref: string,
): Promise<unknown> {
  const payment = await readObject(origins, config, `/api/payments/${ref}/`)
  const method = await readObject(origins, config, `/api/payment_methods/${payment.payment_method}/`)
  return submitPin(config, parts, `/proxy/api/payments/${ref}/capture/`, method, ref)
}

/** Sends the PIN to the vault, for a later capture by the merchant's server. */
async function deferCapture(
  origins: ForageSdkOrigins,
  config: ForageConfig,
  parts: ElementParts,
  ref: string,
): Promise<void> {
  const payment = await readObject(origins, config, `/api/payments/${ref}/`)
  const method = await readObject(origins, config, `/api/payment_methods/${payment.payment_method}/`)
  await submitPin(config, parts, `/proxy/api/payments/${ref}/collect_pin/`, method, randomKey())
}

async function submitPin(
  config: ForageConfig,
  parts: ElementParts,
  path: string,
  method: WireObject,
  idempotencyKey: string,
): Promise<WireObject> {
  // The third of the comma-separated tokens is the vault's: forage-android-sdk RosettaPinSubmitter.kt.
  const body = { card_number_token: method.card?.token?.split(',')[2] }
  const headers = { ...requestHeaders(config, '2024-01-08'), 'Idempotency-Key': idempotencyKey }
  return succeeded(await parts.submit({ path, headers, body }))
}

async function readObject(
  origins: ForageSdkOrigins,
  config: ForageConfig,
  path: string,
): Promise<WireObject> {
  let answer: InputAnswer = { status: 0, body: null }
  try {
    const response = await fetch(origins.api + path, { headers: requestHeaders(config, '2023-05-15') })
    answer = { status: response.status, body: await response.json().catch(() => null) }
  } catch {
    // No answer came. The code below reports it like any other failure.
  }
  return succeeded(answer)
}

function requestHeaders(config: ForageConfig, version: string): Record<string, string> {
  return {
    Accept: 'application/json',
    'API-Version': version,
    Authorization: `Bearer ${config.sessionToken}`,
    'Content-Type': 'application/json',
    'Merchant-Account': config.merchantId,
  }
}

function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join(
    '',
  )
}

function succeeded(answer: InputAnswer): WireObject {
  if (answer.status < 200 || answer.status > 299) throw errorFromAnswer(answer)
  return answer.body ?? {}
}

/** docs.joinforage.app/reference/forage-js-errors */
function forageError(httpStatusCode: number, code: string, message: string, details?: unknown): Error {
  const error = Object.assign(new Error(message), { httpStatusCode, code })
  error.name = 'ForageError'
  return details === undefined ? error : Object.assign(error, { details })
}

/** Returns the shape before 2024: `{ errors: [{ httpStatusCode, code, message }] }`. Other errors stay unchanged. */
function errorList(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== 'ForageError') return error
  const { httpStatusCode, code } = error as Error & { httpStatusCode?: number; code?: string }
  return { errors: [{ httpStatusCode, code, message: error.message }] }
}

/** Reads every envelope of the API and the vault. */
function errorFromAnswer({ status, body }: InputAnswer): Error {
  const envelope: ErrorBody = typeof body === 'object' && body !== null ? body : {}
  const [listed] = envelope.errors ?? []
  if (listed) return forageError(status, String(listed.code), String(listed.message), listed.details)
  const { detail, error } = envelope
  if (error) {
    const refusedWith = Number(error.status_code ?? status)
    return forageError(refusedWith, String(error.forage_code), String(error.message), error.details)
  }
  if (typeof detail === 'string') return forageError(status, 'unauthorized', detail)
  if (typeof envelope.name === 'string')
    return forageError(status, envelope.name, String(envelope.description))
  return forageError(status || 500, 'unknown_server_error', 'Unknown Server Error')
}

export const callFunctions: readonly ((...args: never[]) => unknown)[] = [
  createForageCalls,
  elementFor,
  tokenizeElement,
  readBalance,
  currentBalance,
  captureWithPin,
  deferCapture,
  submitPin,
  readObject,
  requestHeaders,
  randomKey,
  succeeded,
  forageError,
  errorList,
  errorFromAnswer,
]
