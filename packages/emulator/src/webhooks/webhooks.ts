import { EmulatorError } from '../emulator-error.ts'
import type { EmulatorTime } from '../emulator-time.ts'
import type { EmulatorEvent, EmulatorEvents, EventType } from '../events.ts'
import { webhookSignature } from './webhook-signature.ts'

/** A merchant's endpoint that is told what happened. */
export interface WebhookEndpoint {
  /** Gets a `POST` for each event. */
  readonly url: string
  /** The key of `Webhook-Signature`. */
  readonly secret: string
  /** Default: all. */
  readonly types?: readonly EventType[]
}

/** One try. */
export interface WebhookDelivery {
  /** The emulator's time, in ms since the epoch. */
  readonly at: number
  /** The endpoint. */
  readonly url: string
  /** The event's type. */
  readonly type: EventType
  /** Of the object that the event is about. */
  readonly ref: string
  /** From 1 up. */
  readonly attempt: number
  /** 0: there was no answer. */
  readonly status: number
}

export interface Webhooks {
  /** The tries so far, oldest first. */
  deliveries(): WebhookDelivery[]
  /** Forgets them, and gives up what is still to be delivered. */
  clear(): void
}

interface WebhookContext {
  readonly endpoints: readonly WebhookEndpoint[]
  readonly events: EmulatorEvents
  readonly time: EmulatorTime
  readonly fetch: typeof fetch
}

/** "Retried with exponential backoff until 2xx"; how long is undocumented. */
const FIRST_RETRY_MS = 1000
const MAX_RETRY_MS = 60 * 60 * 1000
const MAX_DELIVERIES = 1000

/** Tells each endpoint of each event until it answers 2xx. Throws `EmulatorError` on an endpoint that is none. */
export function createWebhooks(context: WebhookContext): Webhooks {
  const { endpoints, events } = context
  for (const endpoint of endpoints) checkEndpoint(endpoint)
  const deliveries: WebhookDelivery[] = []
  let ending = new AbortController()
  events.subscribe((event) => {
    for (const endpoint of endpoints) {
      if (endpoint.types?.includes(event.type) === false) continue
      void deliver(context, endpoint, event, { signal: ending.signal, deliveries })
    }
  })
  return {
    deliveries: () => [...deliveries],
    clear: () => {
      ending.abort()
      ending = new AbortController()
      deliveries.length = 0
    },
  }
}

async function deliver(
  context: WebhookContext,
  endpoint: WebhookEndpoint,
  event: EmulatorEvent,
  { signal, deliveries }: { signal: AbortSignal; deliveries: WebhookDelivery[] },
): Promise<void> {
  const { time } = context
  const body = JSON.stringify({ ...event, created: new Date(time.now()).toISOString() })
  for (let attempt = 1; ; attempt += 1) {
    const at = time.now()
    const status = await post(context, endpoint, body, signal)
    if (signal.aborted) return
    deliveries.push({ at, url: endpoint.url, type: event.type, ref: event.ref, attempt, status })
    if (deliveries.length > MAX_DELIVERIES) deliveries.shift()
    if (status >= 200 && status < 300) return
    await time.sleep(Math.min(FIRST_RETRY_MS * 2 ** (attempt - 1), MAX_RETRY_MS), signal)
    if (signal.aborted) return
  }
}

async function post(
  { fetch, time }: WebhookContext,
  { url, secret }: WebhookEndpoint,
  body: string,
  signal: AbortSignal,
): Promise<number> {
  const headers = {
    'Content-Type': 'application/json',
    'Webhook-Signature': await webhookSignature(secret, time.now(), body),
  }
  try {
    const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' })
    await response.body?.cancel()
    return response.status
  } catch {
    return 0
  }
}

function checkEndpoint({ url, secret }: WebhookEndpoint): void {
  if (!/^https?:/.test(URL.parse(url)?.protocol ?? ''))
    throw new EmulatorError(
      'invalid_option',
      `\`webhooks\`: the url has to be one of http or https, got "${url}".`,
    )
  if (typeof secret !== 'string' || secret === '')
    throw new EmulatorError('invalid_option', '`webhooks`: the secret has to be a non-empty string.')
}
