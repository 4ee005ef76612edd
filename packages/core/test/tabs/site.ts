import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

/** What a page said of itself. */
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

/** No inline script, no eval, nothing from elsewhere. */
const strict = "default-src 'none'; script-src 'self'; connect-src 'self'"
const latencyMs = 50
const patienceMs = 20_000

/**
 * A shop, its merchant's backend and Forage's API on one origin. Checkouts tell the tests apart: of `refuse-…` the
 * API refuses the first token, of `hang-…` the first token request is never answered.
 */
export class Site implements AsyncDisposable {
  readonly origin: string
  readonly #server: ReturnType<typeof createServer>
  readonly #reports: Report[] = []
  readonly #requests = new Map<string, number>()
  #onNews = (): void => {}

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

  /** The reports of one checkout, once there are as many. */
  async reports(checkout: string, what: Report['what'], count = 1): Promise<Report[]> {
    const until = Date.now() + patienceMs
    for (;;) {
      const found = this.heard(checkout, what)
      if (found.length >= count) return found
      const leftMs = until - Date.now()
      if (leftMs <= 0) throw new Error(`${found.length} of ${count} reports came: ${JSON.stringify(found)}`)
      await this.#nextNews(leftMs)
    }
  }

  /** Those that are here. */
  heard(checkout: string, what: Report['what']): Report[] {
    return this.#reports.filter((report) => report.checkout === checkout && report.what === what)
  }

  /** Once the first token request of a checkout is here. */
  async requested(checkout: string): Promise<void> {
    while (this.tokenRequests(checkout) === 0) await this.#nextNews(patienceMs)
  }

  #nextNews(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMs)
      this.#onNews = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  async #answer(request: IncomingMessage, response: ServerResponse, script: string): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', this.origin)
    const body = await textOf(request)
    // A sandboxed frame is of another origin: of none.
    response.setHeader('Access-Control-Allow-Origin', '*')
    response.setHeader('Access-Control-Allow-Headers', '*, Authorization')
    if (request.method === 'OPTIONS') return void response.writeHead(204).end()
    if (pathname === '/token') return this.#token(JSON.parse(body) as { checkout_id: string }, response)
    if (pathname === '/report') return this.#hear(JSON.parse(body) as Report, response)
    if (pathname === '/api/orders/') return answerOrder(request, response)
    if (pathname === '/forage-session.iife.js') return sendScript(response, script)
    sendPage(response, pathname, this.origin)
  }

  #token({ checkout_id: checkout }: { checkout_id: string }, response: ServerResponse): void {
    const count = this.tokenRequests(checkout) + 1
    this.#requests.set(checkout, count)
    this.#onNews()
    if (checkout.startsWith('hang-') && count === 1) return
    setTimeout(
      () => sendJson(response, 200, { token: `sandbox_${checkout}-${count}`, expires_in: 900 }),
      latencyMs,
    )
  }

  #hear(report: Report, response: ServerResponse): void {
    this.#reports.push(report)
    response.writeHead(204).end()
    this.#onNews()
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
    // The same page, under another policy.
    const file = pathname === '/framed.html' ? 'plain.html' : pathname
    const page = readFileSync(join(import.meta.dirname, 'pages', file))
    const type = isScript ? 'text/javascript' : 'text/html; charset=utf-8'
    const policy = policyOf(pathname, origin)
    response.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': policy }).end(page)
  } catch {
    response.writeHead(404).end()
  }
}

/** In a frame without an origin WebKit matches nothing with 'self'. */
function policyOf(pathname: string, origin: string): string {
  if (pathname === '/framed.html') return strict.replaceAll("'self'", origin)
  return pathname === '/frame.html' ? `${strict}; frame-src 'self'` : strict
}
