import type {
  FromInput,
  InputAnswer,
  InputConnect,
  InputReady,
  InputRequest,
  ToInput,
} from './sdk-messages.ts'

/*
 * `window.Forage`: the documented surface of the browser SDK. The page gets these functions as text, so they use
 * nothing but each other and the browser. The real SDK's source is not public; its calls are those that
 * forage-android-sdk and forage-ios-sdk make.
 */

export interface ForageSdkOrigins {
  readonly api: string
  readonly vault: string
}

interface ForageConfig {
  readonly merchantId: string
  readonly sessionToken: string
  readonly customerId: string
  readonly appearance?: { readonly variables?: Readonly<Record<string, string>> }
}

type ElementType = 'tokenize_card' | 'collect_pin'

/** How a rejection looks: `ForageError`, or the list of versions before 2024. */
export type ForageErrorShape = 'error' | 'list'

interface ElementHandlers {
  readonly ready: ((state: object) => void)[]
  readonly change: ((state: { empty: boolean; valid: boolean }) => void)[]
}

interface ForageElement {
  mount(htmlElementId: string): void
  on(event: 'ready' | 'change', handler: (state: object) => void): void
  clear(): void
  destroy(): void
}

/** An element as the SDK itself holds it. */
interface ElementParts {
  readonly element: ForageElement
  submit(request: InputRequest): Promise<InputAnswer>
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

/** Reads an object of the API, whose shape is the API's promise, not ours. */
interface WireObject {
  readonly payment_method?: string
  readonly card?: { readonly token?: string }
  readonly balance?: { readonly snap: string; readonly non_snap: string; readonly updated: string } | null
}

/** The factory that the script puts on `window`. The token is captured here; there is no setter. */
function createForage(origins: ForageSdkOrigins, shape: ForageErrorShape, config: ForageConfig): object {
  requireConfig(config)
  const parts = new Map<ForageElement, ElementParts>()
  const held = (element: ForageElement): ElementParts => parts.get(element) ?? unknownElement()
  const submitted = async (submit: () => Promise<unknown>): Promise<unknown> => {
    try {
      return await submit()
    } catch (error) {
      throw shape === 'list' ? errorList(error) : error
    }
  }
  const methods = {
    tokenizeCard: (element: ForageElement, options?: { reusable?: boolean }) =>
      submitted(() => tokenizeCard(config, held(element), options?.reusable ?? true)),
    checkBalance: (element: ForageElement, ref: string) =>
      submitted(async () => currentBalance(await checkBalance(origins, config, held(element), ref))),
    capturePayment: (element: ForageElement, ref: string) =>
      submitted(() => capturePayment(origins, config, held(element), ref)),
    deferPaymentCapture: (element: ForageElement, ref: string) =>
      submitted(() => deferPaymentCapture(origins, config, held(element), ref)),
  }
  return {
    create: (type: string, options?: { style?: Readonly<Record<string, string>> }): ForageElement => {
      const style = { ...appearanceStyle(config), ...options?.style }
      const created = createElementParts(origins, elementType(type), style)
      parts.set(created.element, created)
      return created.element
    },
    ...methods,
    // Names of before 2024: docs.joinforage.app/docs/checkout-flow.
    tokenizeEbtCardNumber: methods.tokenizeCard,
    createEbtPinBalanceCheck: (element: ForageElement, ref: string) =>
      submitted(() => checkBalance(origins, config, held(element), ref)),
    captureEbtPinPayment: methods.capturePayment,
  }
}

/** By its name of today, or of before 2024. */
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

/** Three requests to two hosts. The payment's ref is the idempotency key, as in forage-ios-sdk. */
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

/** The PIN is kept for the merchant's server to capture with. Answers nothing. */
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
    // No answer came: reported below like any other failure.
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

/** The shape of before 2024: `{ errors: [{ httpStatusCode, code, message }] }`. Another error stays what it is. */
function errorList(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== 'ForageError') return error
  const { httpStatusCode, code } = error as Error & { httpStatusCode?: number; code?: string }
  return { errors: [{ httpStatusCode, code, message: error.message }] }
}

/** Any of the envelopes that the API and the vault answer with. */
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

function createElementParts(
  origins: ForageSdkOrigins,
  type: ElementType,
  style: Readonly<Record<string, string>>,
): ElementParts {
  const handlers: ElementHandlers = { ready: [], change: [] }
  const frame = createFrame(origins, type)
  const channel = connectFrame(origins, frame, style, handlers)
  const element: ForageElement = {
    mount: (htmlElementId) => {
      const place = document.getElementById(htmlElementId)
      if (!place) throw new Error(`There is no HTML element with the id "${htmlElementId}" to mount into.`)
      place.append(frame)
    },
    on: (event, handler) => void handlers[event].push(handler),
    clear: () => channel.clear(),
    destroy: () => {
      channel.close()
      frame.remove()
    },
  }
  return { element, submit: (request) => channel.submit(request) }
}

function createFrame(origins: ForageSdkOrigins, type: ElementType): HTMLIFrameElement {
  const frame = document.createElement('iframe')
  const address = new URL('/sdk/input/', origins.vault)
  address.searchParams.set('kind', type)
  address.searchParams.set('parent', location.origin)
  frame.src = address.href
  frame.title = type === 'collect_pin' ? 'EBT card PIN' : 'EBT card number'
  Object.assign(frame.style, {
    border: '0',
    colorScheme: 'inherit',
    display: 'block',
    height: '48px',
    width: '100%',
  })
  return frame
}

interface FrameChannel {
  submit(request: InputRequest): Promise<InputAnswer>
  clear(): void
  close(): void
}

/** Only a message of this very frame and origin opens the port. A frame that is mounted again says `ready` again. */
function connectFrame(
  origins: ForageSdkOrigins,
  frame: HTMLIFrameElement,
  style: Readonly<Record<string, string>>,
  handlers: ElementHandlers,
): FrameChannel {
  const pending = new Map<number, (answer: InputAnswer) => void>()
  let port: MessagePort | undefined
  const onMessage = (event: MessageEvent<InputReady>): void => {
    if (event.source === null || event.source !== frame.contentWindow || event.origin !== origins.vault)
      return
    port?.close()
    port = openPort(origins, frame, style, (message) => receive(message, pending, handlers))
    for (const handler of handlers.ready) handler({})
  }
  window.addEventListener('message', onMessage)
  return {
    submit: (request) => submitThrough(port, pending, request),
    clear: () => port?.postMessage({ type: 'clear' } satisfies ToInput),
    close: () => {
      window.removeEventListener('message', onMessage)
      port?.close()
      port = undefined
      for (const settle of pending.values()) settle({ status: 0, body: null })
      pending.clear()
    },
  }
}

function openPort(
  origins: ForageSdkOrigins,
  frame: HTMLIFrameElement,
  style: Readonly<Record<string, string>>,
  onMessage: (message: FromInput) => void,
): MessagePort {
  const { port1, port2 } = new MessageChannel()
  port1.addEventListener('message', (event: MessageEvent<FromInput>) => onMessage(event.data))
  port1.start()
  const connect: InputConnect = { forage: 'connect', style }
  frame.contentWindow?.postMessage(connect, origins.vault, [port2])
  return port1
}

function receive(
  message: FromInput,
  pending: Map<number, (answer: InputAnswer) => void>,
  handlers: ElementHandlers,
): void {
  if (message.type === 'change') {
    for (const handler of handlers.change) handler(message.state)
    return
  }
  pending.get(message.id)?.(message.answer)
  pending.delete(message.id)
}

async function submitThrough(
  port: MessagePort | undefined,
  pending: Map<number, (answer: InputAnswer) => void>,
  request: InputRequest,
): Promise<InputAnswer> {
  if (!port) throw forageError(400, 'user_error', 'The element is not ready: mount it and wait for "ready".')
  const id = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0
  return new Promise((resolve) => {
    pending.set(id, resolve)
    port.postMessage({ type: 'submit', id, request } satisfies ToInput)
  })
}

/** The script as it is served. */
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
    createElementParts,
    createFrame,
    connectFrame,
    openPort,
    receive,
    submitThrough,
  ]
  const factory = `window.Forage = (config) => ${createForage.name}(${JSON.stringify(origins)}, ${JSON.stringify(shape)}, config)`
  return `(() => {\n${parts.map(String).join('\n')}\n${factory}\n})()\n`
}
