import type { EmulatorClock } from '../shared/emulator-time.ts'
import { isAnswer, type Answer, type NoAnswer, type Outcome } from './answer.ts'
import type { Settings } from './check-options.ts'
import { failureOfBody, failureOfDeadline, failureOfFetch, type NetworkFailure } from './no-answer.ts'
import type { PageRequest } from './page-request.ts'
import { retryAfterMs } from './retry-after.ts'

/** The time that an endpoint has to answer, in ms. */
export const DEADLINE_MS = 10_000

const MAX_BODY_BYTES = 64 * 1024

/** After a 429, a wait of up to a minute is worth it: many limits count requests a minute. */
const MAX_RETRY_AFTER_MS = 60_000

/** The connection to an endpoint. It keeps every answer. */
export interface Exchange {
  readonly answers: readonly Answer[]
  /** Sends a request. Never rejects. */
  send(request: PageRequest): Promise<Outcome>
  /** Sends a request, and sends it again after a 429 that says when. */
  sendPatiently(request: PageRequest): Promise<Outcome>
}

export function createExchange(settings: Settings): Exchange {
  const answers: Answer[] = []
  const send = async (request: PageRequest): Promise<Outcome> => {
    const outcome = await sendOnce(settings, request)
    if (isAnswer(outcome)) answers.push(outcome)
    return outcome
  }
  return {
    answers,
    send,
    async sendPatiently(request) {
      const outcome = await send(request)
      const waitMs = isAnswer(outcome) && outcome.status === 429 ? retryAfterMs(outcome) : undefined
      if (waitMs === undefined || waitMs > MAX_RETRY_AFTER_MS) return outcome
      await wait(settings.clock, waitMs)
      return send(request)
    },
  }
}

export function wait(clock: EmulatorClock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.setTimeout(resolve, ms))
}

async function sendOnce(settings: Settings, request: PageRequest): Promise<Outcome> {
  const { clock, fetch, url } = settings
  const controller = new AbortController()
  const startedAt = clock.now()
  let hasBegun = false
  let timer: unknown
  // It also ends a request whose `fetch` ignores the signal.
  const late = new Promise<NoAnswer>((resolve) => {
    timer = clock.setTimeout(() => {
      resolve({ ...failureOfDeadline(DEADLINE_MS / 1000, hasBegun), durationMs: DEADLINE_MS })
      controller.abort()
    }, DEADLINE_MS)
  })
  const failed = (failure: NetworkFailure): NoAnswer => ({
    ...failure,
    durationMs: clock.now() - startedAt,
  })
  const answered = fetch(url, initOf(request, controller.signal)).then(
    (response) => {
      hasBegun = true
      return received(response, clock, startedAt).catch((error: unknown) => failed(failureOfBody(error)))
    },
    (error: unknown) => failed(failureOfFetch(error)),
  )
  return Promise.race([late, answered]).finally(() => clock.clearTimeout(timer))
}

function initOf({ method, headers, body }: PageRequest, signal: AbortSignal): RequestInit {
  return {
    method,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
    ...(body === undefined ? {} : { body }),
    redirect: 'manual',
    signal,
  }
}

async function received(response: Response, clock: EmulatorClock, startedAt: number): Promise<Answer> {
  const text = await boundedText(response)
  const at = clock.now()
  const { status, headers } = response
  return { status, headers, text, json: parsed(text), durationMs: at - startedAt, at }
}

/** Reads the start of a body: an answer of this endpoint is short, and a page in its place may not be. */
async function boundedText({ body }: Response): Promise<string> {
  if (!body) return ''
  const decoder = new TextDecoder()
  const reader = body.getReader()
  let text = ''
  for (let size = 0; size < MAX_BODY_BYTES;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    size += value.byteLength
    text += decoder.decode(value, { stream: true })
  }
  // The rest does not matter, also if the connection breaks meanwhile.
  reader.cancel().catch(() => {})
  return text
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
