import { Hono } from 'hono'
import { getPath } from 'hono/utils/url'

import { releaseKey } from '../api/idempotency.ts'
import type { EmulatorApp, EmulatorContext, EmulatorEnv, RouteContext } from '../context/context.ts'
import { createFaults, type Faults } from '../context/faults.ts'
import type { AnsweredRequest } from '../context/logged-request.ts'
import { resolveSwitches } from '../context/switch-values.ts'
import type { Switches } from '../context/switches.ts'
import { mountControl } from '../control/control-routes.ts'
import { createControl, type EmulatorControl } from '../control/control.ts'
import { controlCors, loopbackOnly } from '../control/loopback.ts'
import { apiCors } from '../gates/cors.ts'
import { faultGate } from '../gates/fault-gate.ts'
import { requestLimit } from '../gates/request-limit.ts'
import { requestLog, serverDate } from '../gates/request-log.ts'
import { mountHosted } from '../hosted/hosted-routes.ts'
import { ApiError } from '../http/api-error.ts'
import { redirectToSlash } from '../http/missing-slash.ts'
import { notFound } from '../http/not-found.ts'
import { boundedBody } from '../http/request-body.ts'
import { mountEndpoints } from '../http/routes.ts'
import { mountSdk } from '../sdk/sdk-routes.ts'
import { EmulatorError } from '../shared/emulator-error.ts'
import { createEmulatorTime, systemClock, type EmulatorClock } from '../shared/emulator-time.ts'
import { createEvents } from '../shared/events.ts'
import { createSigner } from '../shared/jwt.ts'
import { createMerchantDirectory } from '../shared/merchants.ts'
import { createRandom } from '../shared/random.ts'
import type { StateJournal } from '../state/state-journal.ts'
import { createStore } from '../state/store.ts'
import { createWebhooks, type WebhookEndpoint } from '../webhooks/webhooks.ts'
import { endpointsFor } from './endpoints.ts'
import { tables } from './tables.ts'

/**
 * The default client ID.
 *
 * @example
 * ```ts
 * import { DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET } from '@forage-session/emulator'
 *
 * const authorization = `Basic ${btoa(`${DEFAULT_CLIENT_ID}:${DEFAULT_CLIENT_SECRET}`)}`
 * ```
 */
export const DEFAULT_CLIENT_ID = 'emulator-client'
/**
 * The default client secret. It is not a real secret: it works for emulators only. It is unique, so that a test can
 * search a browser bundle for it.
 *
 * @example
 * ```ts
 * import { DEFAULT_CLIENT_SECRET } from '@forage-session/emulator'
 *
 * declare const bundle: string
 * if (bundle.includes(DEFAULT_CLIENT_SECRET)) throw new Error('The client secret is in the bundle.')
 * ```
 */
export const DEFAULT_CLIENT_SECRET = 'emulator-secret-never-in-a-browser-9f27c1'
/**
 * The default Merchant IDs: the one of docs.joinforage.app/reference/create-session-token.
 *
 * @example
 * ```ts
 * import { createEmulator, DEFAULT_MERCHANTS } from '@forage-session/emulator'
 *
 * const emulator = createEmulator({ merchants: [...DEFAULT_MERCHANTS, '9876fedcba'] })
 * ```
 */
export const DEFAULT_MERCHANTS: readonly string[] = ['123ab45c67']

/** An odd number, so that the seeds of all restarts differ. */
const RESEED = 0x9e37_79b9

/** The options of an emulator. Every option has a default. */
export interface EmulatorOptions {
  /** The client ID of the merchant backend. Not empty. Default `emulator-client`. */
  readonly clientId?: string
  /** The client secret of the merchant backend. Not empty. Default `DEFAULT_CLIENT_SECRET`. */
  readonly clientSecret?: string
  /**
   * Merchant IDs, at least one. Each merchant also has an FNS number: `9000055` for the first, `9000056` for the next.
   * Default `['123ab45c67']`.
   */
  readonly merchants?: readonly string[]
  /** The source of time and timers, in ms. Default: the platform's. */
  readonly clock?: EmulatorClock
  /** Behavior that Forage does not document. Default: `defaultSwitches`. */
  readonly switches?: Partial<Switches>
  /** The seed of refs and tokens: the same seed gives the same ones. Default 1. */
  readonly seed?: number
  /** Keeps the state after this process ends. `startEmulator({ state })` uses a file. Default: in memory only. */
  readonly journal?: StateJournal
  /** The endpoints that receive webhooks. Default: no endpoint. */
  readonly webhooks?: readonly WebhookEndpoint[]
  /** Is called after each answered request to the API or the vault. Default: not called. */
  readonly onRequest?: (request: AnsweredRequest) => void
  /** The `fetch` that sends webhooks. Default: the platform's. */
  readonly fetch?: typeof fetch
  /**
   * The origin of the vault, which serves the SDK's inputs. If it is on this machine, pages get it under the host name by
   * which they reached the API. Default: the origin of the SDK's script.
   */
  readonly vaultUrl?: string
}

/** An emulator in this process: the Forage API, its vault and the control plane. */
export interface Emulator {
  /**
   * Answers a request to the API, the vault, the SDK's script or the control plane, without a port. Rejects with a
   * `TypeError` if a fault drops the connection. The request limit counts requests by `sender.remoteAddress`.
   */
  fetch(request: Request, sender?: { readonly remoteAddress?: string }): Promise<Response>
  /** Controls time, tokens and faults, and reads the log. */
  readonly control: EmulatorControl
  /** The client ID that gets tokens. */
  readonly clientId: string
  /** The client secret. */
  readonly clientSecret: string
  /** The merchants: each has a Merchant ID, without `mid/`, and an FNS number. `Merchant-Account` accepts both. */
  readonly merchants: readonly { readonly id: string; readonly fnsNumber: string }[]
}

/**
 * Creates an emulator of the Forage Payments API in this process. Throws `EmulatorError` (`invalid_option`) for an invalid
 * option.
 *
 * @example
 * ```ts
 * import { createEmulator } from '@forage-session/emulator'
 *
 * const { fetch, clientId, clientSecret } = createEmulator()
 * const response = await fetch(
 *   new Request('http://emulator.localhost/o/token/', {
 *     method: 'POST',
 *     headers: { Authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
 *     body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'pinpad_only' }),
 *   }),
 * )
 * const { access_token } = (await response.json()) as { access_token: string }
 * ```
 */
export function createEmulator(options: EmulatorOptions = {}): Emulator {
  const context = createContext(options)
  const { events, switches, time } = context
  const { webhooks: hooks = [], fetch = globalThis.fetch } = options
  const webhooks = createWebhooks({
    endpoints: hooks,
    events,
    time,
    fetch,
    version: switches.apiDefaultVersion,
  })
  const control = createControl(context, webhooks)
  const app = createApp(context, control)
  return {
    fetch: (request, sender = {}) => deliver(context, app, request, sender),
    control,
    clientId: context.clientId,
    clientSecret: context.clientSecret,
    merchants: context.merchants.all,
  }
}

/** Delivers the request once, or twice with the fault `duplicate`. Returns the second answer. */
async function deliver(
  { faults }: EmulatorContext,
  app: EmulatorApp,
  request: Request,
  sender: EmulatorEnv['Bindings'],
): Promise<Response> {
  if (takesDuplicate(faults, request)) await app.fetch(request.clone(), sender)
  return await app.fetch(request, sender)
}

/** Ignores preflights and the control plane, which is polled: the fault is for requests of the caller. */
function takesDuplicate(faults: Faults, request: Request): boolean {
  const path = getPath(request)
  const isEmulated = emulated.some((prefix) => path.startsWith(prefix))
  return isEmulated && request.method !== 'OPTIONS' && faults.take('duplicate', path) !== undefined
}

function createContext(options: EmulatorOptions): EmulatorContext {
  const store = createStore(tables, options.journal)
  const { starts, offsetMs } = store.facts()
  const random = createRandom((options.seed ?? 1) + starts * RESEED)
  store.change({ starts: starts + 1 })
  const time = createEmulatorTime(options.clock ?? systemClock(), offsetMs)
  return {
    clientId: requireText('clientId', options.clientId ?? DEFAULT_CLIENT_ID),
    clientSecret: requireText('clientSecret', options.clientSecret ?? DEFAULT_CLIENT_SECRET),
    merchants: createMerchantDirectory(options.merchants ?? DEFAULT_MERCHANTS),
    switches: resolveSwitches(options.switches),
    time,
    sign: createSigner(random.bytes(32)),
    random,
    store,
    events: createEvents(random),
    onRequest: options.onRequest,
    faults: createFaults(random),
    requests: [],
    keysInFlight: new Set(),
    limiter: new Map(),
    vaultUrl: options.vaultUrl === undefined ? undefined : requireOrigin(options.vaultUrl),
  }
}

/** The paths of the emulated API and its vault. */
const emulated = ['/o/', '/api/', '/proxy/']

function createApp(context: EmulatorContext, control: EmulatorControl): EmulatorApp {
  const app: EmulatorApp = new Hono<EmulatorEnv>()
  const endpoints = endpointsFor(context.switches)
  for (const path of emulated) app.use(`${path}*`, serverDate(context), requestLog(context))
  for (const path of ['/api/*', '/proxy/*']) app.use(path, apiCors(), requestLimit(context))
  app.use('/_emulator/*', loopbackOnly(), controlCors())
  app.use('*', boundedBody())
  for (const path of emulated) app.use(`${path}*`, releaseKey(context), faultGate(context))
  mountEndpoints(app, context, endpoints)
  mountSdk(app, context)
  mountHosted(app, context)
  mountControl(app, context, control, endpoints)
  app.notFound(context.switches.missingSlash === 'redirect' ? redirectToSlash(endpoints) : notFound)
  app.onError(answerError)
  return app
}

function answerError(error: Error, c: RouteContext): Response {
  if (!(error instanceof ApiError)) throw error
  return c.json(error.body, error.status, { ...error.headers })
}

function requireText(name: string, value: string): string {
  if (typeof value === 'string' && value !== '') return value
  throw new EmulatorError('invalid_option', `\`${name}\` has to be a non-empty string.`)
}

function requireOrigin(value: string): string {
  if (URL.canParse(value)) return new URL(value).origin
  throw new EmulatorError('invalid_option', `\`vaultUrl\` has to be a URL, got "${value}".`)
}
