import { createApi, type Api, type Answer } from '../../conformance/api.ts'
import type { Fact } from '../../conformance/fact.ts'
import { facts } from '../../conformance/facts.ts'
import { createWebhookInbox } from '../../conformance/webhook-inbox.ts'
import { createEmulator, type Emulator, type EmulatorOptions } from '../../src/index.ts'
import { stoppedClock } from '../support/merchant.ts'

type Change = (answer: Answer) => ResponseInit & { readonly body?: unknown }

/** A server's wrong behavior. `change` receives the right answer; `strikes` receives the number of the request, from 0. */
export interface Tampering {
  strikes(request: { readonly method: string; readonly path: string; readonly count: number }): boolean
  readonly change: Change
}

export function factOf(id: string): Fact {
  const fact = facts.find((each) => each.id === id)
  if (!fact) throw new Error(`There is no fact ${id}.`)
  return fact
}

export function withBody(change: (body: Record<string, unknown>) => unknown): Change {
  return ({ body }) => ({ body: change(body as Record<string, unknown>) })
}

export function withField(name: string, value: unknown): Change {
  return withBody((body) => ({ ...body, [name]: value }))
}

export function withText(from: string | RegExp, to: string): Change {
  return ({ text }) => ({ body: text.replaceAll(from, to) })
}

export interface TamperedApi {
  readonly api: Api
  readonly emulator: Emulator
  /** The paths of the requests so far. */
  readonly paths: readonly string[]
}

/** Creates an API client for a new emulator behind a proxy that tampers with answers. */
export function tamperedApi(tampering?: Tampering, options: EmulatorOptions = {}): TamperedApi {
  const { switches, ...rest } = options
  const webhooks = createWebhookInbox()
  const emulator = createEmulator({
    clock: stoppedClock(),
    switches: { requestLimit: '900/5min', ...switches },
    webhooks: [{ url: 'http://webhooks.invalid/', secret: 'conformance' }],
    fetch: webhooks.fetch,
    ...rest,
  })
  const [merchant] = emulator.merchants
  const paths: string[] = []
  const proxy = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init)
    const { method } = request
    const path = new URL(request.url).pathname
    const response = await emulator.fetch(request)
    const struck = tampering?.strikes({ method, path, count: paths.length })
    paths.push(path)
    return tampering && struck ? await changed(method, path, response, tampering.change) : response
  }
  const api = createApi({
    baseUrl: 'http://localhost',
    vaultUrl: 'http://vault.localhost',
    clientId: emulator.clientId,
    clientSecret: emulator.clientSecret,
    merchant: merchant?.id ?? '',
    fnsNumber: merchant?.fnsNumber,
    quidkey: {
      url: 'http://quidkey.localhost',
      clientId: emulator.clientId,
      clientSecret: emulator.clientSecret,
    },
    advance: (ms) => emulator.control.advance(ms),
    webhooks,
    fetch: proxy,
    run: 'run',
  })
  return { api, emulator, paths }
}

async function changed(method: string, path: string, response: Response, change: Change): Promise<Response> {
  const { status, headers } = response
  const text = await response.text()
  const right = { method, path, status, headers, text, body: parse(text) }
  const { body = right.body, ...init } = change(right)
  const wrong = { status, headers, ...init }
  return new Response(
    [204, 304].includes(wrong.status) ? null : typeof body === 'string' ? body : JSON.stringify(body),
    wrong,
  )
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
