import {
  createElementParts,
  elementFunctions,
  type ElementParts,
  type ElementType,
  type ForageElement,
  type ForageSdkOrigins,
} from './sdk-elements.ts'
import type { InputAnswer } from './sdk-messages.ts'

/*
 * `window.Forage`: the documented surface of the browser SDK. The emulator serves these functions as text, so they use
 * only each other and the browser; the factory gets `createElementParts` as an argument. The real SDK's source is not
 * public. This one makes the calls of forage-android-sdk and forage-ios-sdk.
 */

interface ForageConfig {
  readonly merchantId: string
  readonly sessionToken: string
  readonly customerId: string
  readonly appearance?: { readonly variables?: Readonly<Record<string, string>> }
}

/** The shape of a rejection: `ForageError`, or the list of versions before 2024. */
export type ForageErrorShape = 'error' | 'list'

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

/** Creates the object that `window.Forage` returns. It keeps the session token of `config` for its whole life. */
function createForage(
  origins: ForageSdkOrigins,
  shape: ForageErrorShape,
  createElement: typeof createElementParts,
  config: ForageConfig,
): object {
  requireConfig(config)
  const parts = new Map<ForageElement, ElementParts>()
  const partsOf = (element: ForageElement): ElementParts => parts.get(element) ?? unknownElement()
  const submitted = async (submit: () => Promise<unknown>): Promise<unknown> => {
    try {
      return await submit()
    } catch (error) {
      throw shape === 'list' ? errorList(error) : error
    }
  }
  const methods = {
    tokenizeCard: (element: ForageElement, options?: { reusable?: boolean }) =>
      submitted(() => tokenizeCard(config, partsOf(element), options?.reusable ?? true)),
    checkBalance: (element: ForageElement, ref: string) =>
      submitted(async () => currentBalance(await checkBalance(origins, config, partsOf(element), ref))),
    capturePayment: (element: ForageElement, ref: string) =>
      submitted(() => capturePayment(origins, config, partsOf(element), ref)),
    deferPaymentCapture: (element: ForageElement, ref: string) =>
      submitted(() => deferPaymentCapture(origins, config, partsOf(element), ref)),
  }
  return {
    create: (type: string, options?: { style?: Readonly<Record<string, string>> }): ForageElement => {
      const style = { ...appearanceStyle(config), ...options?.style }
      const created = createElement(origins, elementType(type), style)
      parts.set(created.element, created)
      return created.element
    },
    ...methods,
    // The names before 2024: docs.joinforage.app/docs/checkout-flow.
    tokenizeEbtCardNumber: methods.tokenizeCard,
    createEbtPinBalanceCheck: (element: ForageElement, ref: string) =>
      submitted(() => checkBalance(origins, config, partsOf(element), ref)),
    captureEbtPinPayment: methods.capturePayment,
  }
}

/** Reads the current name of an element, or its name before 2024. */
function elementType(name: string): ElementType {
  if (name === 'tokenize_card' || name === 'ebt_card_tokenize_number') return 'tokenize_card'
  if (['collect_pin', 'ebt_pin_check_balance', 'ebt_pin_capture_payment'].includes(name)) return 'collect_pin'
  throw new TypeError(`forage.create(type): there is no element "${name}".`)
}

function requireConfig(config: ForageConfig): void {
  for (const name of ['merchantId', 'sessionToken', 'customerId'] as const)
    if (typeof config[name] !== 'string' || config[name] === '')
      throw new TypeError(`Forage(config): \`${name}\` is required and has to be a string.`)
}

function unknownElement(): never {
  throw forageError(400, 'user_error', 'The element was not created by this Forage instance.')
}

async function tokenizeCard(config: ForageConfig, parts: ElementParts, reusable: boolean): Promise<unknown> {
  const body = { type: 'ebt', reusable, customer_id: config.customerId }
  const headers = requestHeaders(config, '2023-05-15')
  return succeeded(await parts.submit({ path: '/api/payment_methods/', headers, body }))
}

async function checkBalance(
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
async function capturePayment(
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
async function deferPaymentCapture(
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

function appearanceStyle(config: ForageConfig): Record<string, string> {
  const variables = config.appearance?.variables ?? {}
  const properties: Record<string, string> = {
    borderRadius: 'borderRadius',
    boxShadow: 'boxShadow',
    colorBackground: 'backgroundColor',
    colorText: 'color',
    fontFamily: 'fontFamily',
    fontLineHeight: 'lineHeight',
    fontSizeBase: 'fontSize',
    fontWeightNormal: 'fontWeight',
    padding: 'padding',
  }
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) =>
      properties[name] ? [[properties[name], value]] : [],
    ),
  )
}

/** Returns the script to serve. */
export function forageSdkScript(origins: ForageSdkOrigins, shape: ForageErrorShape): string {
  const parts = [
    createForage,
    elementType,
    requireConfig,
    unknownElement,
    tokenizeCard,
    checkBalance,
    currentBalance,
    capturePayment,
    deferPaymentCapture,
    submitPin,
    readObject,
    requestHeaders,
    randomKey,
    succeeded,
    forageError,
    errorList,
    errorFromAnswer,
    appearanceStyle,
    ...elementFunctions,
  ]
  const values = [origins, shape].map((value) => JSON.stringify(value)).join(', ')
  const factory = `window.Forage = (config) => ${createForage.name}(${values}, ${createElementParts.name}, config)`
  return `(() => {\n${parts.map(String).join('\n')}\n${factory}\n})()\n`
}
