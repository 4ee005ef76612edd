import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

/** A message in which a page reports what happened. */
export interface Report {
  readonly checkout: string
  readonly tab: string
  readonly what: 'ready' | 'token' | 'shown' | 'violation' | 'result'
  readonly token?: string
  readonly ms?: number
  readonly error?: string
  readonly persisted?: boolean
  readonly value?: unknown
}

/** The policy allows no inline script, no eval and no other origin. */
const strict = "default-src 'none'; script-src 'self'; connect-src 'self'"
const latencyMs = 50
const patienceMs = 20_000

/**
 * A shop, its merchant backend and Forage's API on one origin. The tests differ by their checkouts: for `refuse-…`
 * the API rejects the first token, for `hang-…` the first token request is never answered.
 */
export class Site implements AsyncDisposable {
  readonly origin: string
  readonly #server: ReturnType<typeof createServer>
  readonly #reports: Report[] = []
  readonly #requests = new Map<string, number>()
  #onChange = (): void => {}

  private constructor(server: ReturnType<typeof createServer>, script: string) {
    this.#server = server
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    server.on('request', (request, response) => void this.#answer(request, response, script))
  }

  static async open(builtFolder: string): Promise<Site> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new Site(server, readFileSync(join(builtFolder, 'forage-session.iife.js'), 'utf8'))
  }

  page(name: string, checkout: string, tab: number | string = 0): string {
    return `${this.origin}/${name}.html?${new URLSearchParams({ checkout, tab: String(tab) })}`
  }

  tokenRequests(checkout: string): number {
    return this.#requests.get(checkout) ?? 0
  }

  /** Returns the reports of one checkout, as soon as there are `count` of them. */
  async reports(checkout: string, what: Report['what'], count = 1): Promise<Report[]> {
    const until = Date.now() + patienceMs
    for (;;) {
      const found = this.arrived(checkout, what)
      if (found.length >= count) return found
      const leftMs = until - Date.now()
      if (leftMs <= 0) throw new Error(`${found.length} of ${count} reports came: ${JSON.stringify(found)}`)
      await this.#nextChange(leftMs)
    }
  }

  /** Returns the reports that have arrived. */
  arrived(checkout: string, what: Report['what']): Report[] {
    return this.#reports.filter((report) => report.checkout === checkout && report.what === what)
  }

  /** Waits for the first token request of a checkout. */
  async requested(checkout: string): Promise<void> {
    while (this.tokenRequests(checkout) === 0) await this.#nextChange(patienceMs)
  }

  #nextChange(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMs)
      this.#onChange = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  async #answer(request: IncomingMessage, response: ServerResponse, script: string): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', this.origin)
    const body = await textOf(request)
    // A sandboxed frame has no origin.
    response.setHeader('Access-Control-Allow-Origin', '*')
    response.setHeader('Access-Control-Allow-Headers', '*, Authorization')
    if (request.method === 'OPTIONS') return void response.writeHead(204).end()
    if (pathname === '/token') return this.#token(JSON.parse(body) as { checkout_id: string }, response)
    if (pathname === '/report') return this.#receive(JSON.parse(body) as Report, response)
    if (pathname === '/api/orders/') return answerOrder(request, response)
    if (pathname === '/forage-session.iife.js') return sendScript(response, script)
    sendPage(response, pathname, this.origin)
  }

  #token({ checkout_id: checkout }: { checkout_id: string }, response: ServerResponse): void {
    const count = this.tokenRequests(checkout) + 1
    this.#requests.set(checkout, count)
    this.#onChange()
    if (checkout.startsWith('hang-') && count === 1) return
    setTimeout(
      () => sendJson(response, 200, { token: `sandbox_${checkout}-${count}`, expires_in: 900 }),
      latencyMs,
    )
  }

  #receive(report: Report, response: ServerResponse): void {
    this.#reports.push(report)
    response.writeHead(204).end()
    this.#onChange()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value))
}

function sendScript(response: ServerResponse, script: string): void {
  response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(script)
}

function answerOrder({ headers }: IncomingMessage, response: ServerResponse): void {
  if (/^Bearer sandbox_refuse-.*-1$/.test(headers.authorization ?? '')) {
    return sendJson(response, 401, { errors: [{ code: 'expired_session_token' }] })
  }
  sendJson(response, 200, { authorization: headers.authorization ?? null })
}

function sendPage(response: ServerResponse, pathname: string, origin: string): void {
  const isScript = pathname.endsWith('.js')
  try {
    // The page is the same, but its policy differs.
    const file = pathname === '/framed.html' ? 'plain.html' : pathname
    const page = readFileSync(join(import.meta.dirname, 'pages', file))
    const type = isScript ? 'text/javascript' : 'text/html; charset=utf-8'
    const policy = policyOf(pathname, origin)
    response.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': policy }).end(page)
  } catch {
    response.writeHead(404).end()
  }
}

/** Names the origin for a frame without one, in which WebKit matches nothing with 'self'. */
function policyOf(pathname: string, origin: string): string {
  if (pathname === '/framed.html') return strict.replaceAll("'self'", origin)
  return pathname === '/frame.html' ? `${strict}; frame-src 'self'` : strict
}
