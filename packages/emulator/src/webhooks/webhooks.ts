import { writeTimestamps } from '../api/timestamps.ts'
import type { ApiVersion } from '../shared/api-versions.ts'
import { EmulatorError } from '../shared/emulator-error.ts'
import type { EmulatorTime } from '../shared/emulator-time.ts'
import type { EmulatorEvent, EmulatorEvents, EventType } from '../shared/events.ts'
import { isoTime } from '../shared/wire.ts'
import { webhookSignature } from './webhook-signature.ts'

/** A merchant's endpoint that receives webhooks. */
export interface WebhookEndpoint {
  /** The http(s) address that receives a `POST` for each event. */
  readonly url: string
  /** The key of `Webhook-Signature`. Not empty. */
  readonly secret: string
  /** The types of events to send. Default: all. */
  readonly types?: readonly EventType[]
}

/** One attempt to deliver a webhook. */
export interface WebhookDelivery {
  /** The emulator's time of the attempt, in ms since the epoch. */
  readonly at: number
  /** The address of the endpoint. */
  readonly url: string
  /** The type of the event. */
  readonly type: EventType
  /** The event's own ref. */
  readonly ref: string
  /** The event's data, with the ref of the object that changed: `payment_ref`, `refund_ref` or `order_ref`. */
  readonly data: EmulatorEvent['data']
  /** The number of the attempt, from 1. */
  readonly attempt: number
  /** The status of the answer. 0: no answer came. */
  readonly status: number
}

export interface Webhooks {
  /** Returns the attempts so far, oldest first. */
  deliveries(): WebhookDelivery[]
  /** Forgets the attempts and cancels pending deliveries. */
  clear(): void
}

interface WebhookContext {
  readonly endpoints: readonly WebhookEndpoint[]
  readonly events: EmulatorEvents
  readonly time: EmulatorTime
  readonly fetch: typeof fetch
  /** The version that formats `created`: a webhook has no caller, so the account's default applies (inferred). */
  readonly version: ApiVersion
}

/** "Retried with exponential backoff until 2xx"; the delays are undocumented. */
const FIRST_RETRY_MS = 1000
const MAX_RETRY_MS = 60 * 60 * 1000
const MAX_DELIVERIES = 1000

/** Sends each event to each endpoint until it answers 2xx. Throws `EmulatorError` for an invalid endpoint. */
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
  const { time, version } = context
  const { type, ref, data } = event
  const created = isoTime(time.now())
  const body = JSON.stringify(writeTimestamps({ type, ref, created, data }, version))
  for (let attempt = 1; ; attempt += 1) {
    const at = time.now()
    const status = await post(context, endpoint, body, signal)
    if (signal.aborted) return
    deliveries.push({ at, url: endpoint.url, type, ref, data, attempt, status })
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
