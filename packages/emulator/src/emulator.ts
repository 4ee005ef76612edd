import { Hono } from 'hono'
import { getPath } from 'hono/utils/url'

import type { EmulatorApp, EmulatorContext, EmulatorEnv, RouteContext } from './context.ts'
import { mountControl, loopbackOnly } from './control/control-routes.ts'
import { createControl, type EmulatorControl } from './control/control.ts'
import { createFaults, type Faults } from './control/faults.ts'
import { EmulatorError } from './emulator-error.ts'
import { createEmulatorTime, systemClock, type EmulatorClock } from './emulator-time.ts'
import { endpoints } from './endpoints.ts'
import { createEvents } from './events.ts'
import { mountHosted } from './hosted/hosted-routes.ts'
import { ApiError } from './http/api-error.ts'
import { apiCors, controlCors } from './http/cors.ts'
import { faultGate } from './http/fault-gate.ts'
import { releaseKey } from './http/idempotency.ts'
import { mount } from './http/mount.ts'
import { notFound } from './http/not-found.ts'
import { boundedBody } from './http/request-body.ts'
import { requestLimit } from './http/request-limit.ts'
import { requestLog, serverDate } from './http/request-log.ts'
import { createSigner } from './jwt.ts'
import { createMerchantDirectory } from './merchants.ts'
import { createRandom } from './random.ts'
import { mountSdk } from './sdk/sdk-routes.ts'
import type { StateJournal } from './state/state-journal.ts'
import { createStore, type AnsweredRequest } from './state/store.ts'
import { resolveSwitches, type Switches } from './switches.ts'
import { createWebhooks, type WebhookEndpoint } from './webhooks/webhooks.ts'

/** Not a secret of anybody's. Long and unlike anything else, so that a bundle can be searched for it. */
export const DEFAULT_CLIENT_ID = 'emulator-client'
/** The secret of `DEFAULT_CLIENT_ID`. It opens nothing but emulators. */
export const DEFAULT_CLIENT_SECRET = 'emulator-secret-never-in-a-browser-9f27c1'
/** The Merchant ID of docs.joinforage.app/reference/create-session-token. */
export const DEFAULT_MERCHANTS: readonly string[] = ['123ab45c67']

/** Any odd number: the seeds of the restarts are far from each other. */
const RESEED = 0x9e37_79b9

/** What an emulator is made with. All of it has a default. */
export interface EmulatorOptions {
  /** Default `emulator-client`. */
  readonly clientId?: string
  /** Default `DEFAULT_CLIENT_SECRET`. */
  readonly clientSecret?: string
  /**
   * Merchant IDs. Each is also known by an FNS number: `9000055` for the first, `9000056` for the next. Default
   * `['123ab45c67']`.
   */
  readonly merchants?: readonly string[]
  /** Time and timers. Default: the platform's. */
  readonly clock?: EmulatorClock
  /** Where the real API's behaviour is unknown. Defaults: `defaultSwitches`. */
  readonly switches?: Partial<Switches>
  /** The same seed gives the same refs and tokens. Default 1. */
  readonly seed?: number
  /** Keeps the state beyond this process; `startEmulator({ state })` gives a file's. Default: none. */
  readonly journal?: StateJournal
  /** Who is told of what happens. Default: nobody. */
  readonly webhooks?: readonly WebhookEndpoint[]
  /** Hears of each request to the API and the vault once it is answered. Default: nobody. */
  readonly onRequest?: (request: AnsweredRequest) => void
  /** Sends webhooks. Default: the platform's. */
  readonly fetch?: typeof fetch
  /** Origin of the vault, from which the SDK's inputs are loaded. Default: the origin the script came from. */
  readonly vaultUrl?: string
}

/** The Forage API, its vault and its control plane, in this process. */
export interface Emulator {
  /** Answers a request to the API, the vault, the SDK's script or the control plane. Needs no port. Rejects with a
   * `TypeError` where a fault drops the connection. `sender`: whom the limiter counts. */
  fetch(request: Request, sender?: { readonly remoteAddress?: string }): Promise<Response>
  /** Time, faults and the log, for a test. */
  readonly control: EmulatorControl
  /** The `client_id` that gets tokens. */
  readonly clientId: string
  /** Its secret. */
  readonly clientSecret: string
  /** Who can be named in `Merchant-Account`: a Merchant ID, without `mid/`, and its FNS number. */
  readonly merchants: readonly { readonly id: string; readonly fnsNumber: string }[]
}

/** A stand-in for the Forage Payments API. Throws `EmulatorError` (`invalid_option`) on a bad option. */
export function createEmulator(options: EmulatorOptions = {}): Emulator {
  const context = createContext(options)
  const control = createControl(context)
  const app = createApp(context, control)
  return {
    fetch: (request, sender = {}) => deliver(context, app, request, sender),
    control,
    clientId: context.clientId,
    clientSecret: context.clientSecret,
    merchants: context.merchants.all,
  }
}

/** Once; or twice, where the fault `duplicate` plays a network that repeats. The second answer is the caller's. */
async function deliver(
  { faults }: EmulatorContext,
  app: EmulatorApp,
  request: Request,
  sender: EmulatorEnv['Bindings'],
): Promise<Response> {
  if (takesDuplicate(faults, request)) await app.fetch(request.clone(), sender)
  return await app.fetch(request, sender)
}

/** A preflight is the browser's, and the control plane is asked all the time: neither is what it waits for. */
function takesDuplicate(faults: Faults, request: Request): boolean {
  const path = getPath(request)
  const isEmulated = emulated.some((prefix) => path.startsWith(prefix))
  return isEmulated && request.method !== 'OPTIONS' && faults.take('duplicate', path) !== undefined
}

function createContext(options: EmulatorOptions): EmulatorContext {
  const store = createStore(options.journal)
  const { starts, offsetMs } = store.facts()
  const random = createRandom((options.seed ?? 1) + starts * RESEED)
  store.change({ starts: starts + 1 })
  const time = createEmulatorTime(options.clock ?? systemClock(), offsetMs)
  const events = createEvents()
  const { webhooks = [], fetch = globalThis.fetch } = options
  return {
    clientId: requireText('clientId', options.clientId ?? DEFAULT_CLIENT_ID),
    clientSecret: requireText('clientSecret', options.clientSecret ?? DEFAULT_CLIENT_SECRET),
    merchants: createMerchantDirectory(options.merchants ?? DEFAULT_MERCHANTS),
    switches: resolveSwitches(options.switches),
    time,
    sign: createSigner(random.bytes(32)),
    random,
    store,
    events,
    onRequest: options.onRequest,
    webhooks: createWebhooks({ endpoints: webhooks, events, time, fetch }),
    faults: createFaults(random),
    limiter: new Map(),
    vaultUrl: options.vaultUrl === undefined ? undefined : requireOrigin(options.vaultUrl),
  }
}

/** Where the emulated API and its vault are. */
const emulated = ['/o/', '/api/', '/proxy/']

function createApp(context: EmulatorContext, control: EmulatorControl): EmulatorApp {
  const app: EmulatorApp = new Hono<EmulatorEnv>()
  for (const path of emulated) app.use(`${path}*`, serverDate(context), requestLog(context))
  for (const path of ['/api/*', '/proxy/*']) app.use(path, apiCors(), requestLimit(context))
  app.use('/_emulator/*', loopbackOnly(), controlCors())
  app.use('*', boundedBody())
  for (const path of emulated) app.use(`${path}*`, releaseKey(context), faultGate(context))
  mount(app, context, endpoints)
  mountSdk(app, context)
  mountHosted(app, context)
  mountControl(app, context, control)
  app.notFound(notFound)
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
