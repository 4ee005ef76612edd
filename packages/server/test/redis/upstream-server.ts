import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

import { clientId, clientSecret, revokePath, sessionTokenPath, tokenPath } from '../fixtures/upstream-stub.ts'

/** A stub of Forage over HTTP. It counts requests, and can hold back the answers to token requests. */
export class UpstreamServer implements AsyncDisposable {
  /** The requested lifetime in seconds of each token request. */
  readonly lifetimes: number[] = []
  readonly issued: string[] = []
  readonly revoked: string[] = []
  /** While true, token requests wait for `answer`. */
  isHolding = false
  readonly #held: (() => void)[] = []
  readonly #arrivals = new Map<number, () => void>()
  #sessions = 0
  readonly #server = createServer((request, response) => void this.#route(request, response))

  static async start(): Promise<UpstreamServer> {
    const upstream = new UpstreamServer()
    upstream.#server.listen(0, '127.0.0.1')
    await once(upstream.#server, 'listening')
    return upstream
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  get tokenRequests(): number {
    return this.lifetimes.length
  }

  get live(): string[] {
    return this.issued.filter((token) => !this.revoked.includes(token))
  }

  /** Resolves when this many token requests have arrived. */
  async arrived(count: number): Promise<void> {
    if (this.tokenRequests >= count) return
    await new Promise<void>((resolve) => {
      this.#arrivals.set(count, resolve)
    })
  }

  /** Answers the oldest waiting token request. */
  answer(): void {
    this.#held.shift()?.()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await text(request))
    if (request.url === tokenPath) await this.#token(request, form, response)
    else if (request.url === revokePath) this.#revoke(form, response)
    else this.#api(request, response)
  }

  async #token(request: IncomingMessage, form: URLSearchParams, response: ServerResponse): Promise<void> {
    if (!isClient(request)) return send(response, 401, { error: 'invalid_client' })
    const lifetime = Number(form.get('expiration_time'))
    this.lifetimes.push(lifetime)
    this.#arrivals.get(this.tokenRequests)?.()
    if (this.isHolding) await new Promise<void>((resolve) => this.#held.push(resolve))
    const token = `sandbox_${String(this.issued.length).padStart(4, '0')}MAMs7hhbw9JifUuJlzUZS3zWDx`
    this.issued.push(token)
    send(response, 200, {
      access_token: token,
      expires_in: lifetime,
      token_type: 'Bearer',
      scope: 'pinpad_only',
    })
  }

  #revoke(form: URLSearchParams, response: ServerResponse): void {
    this.revoked.push(form.get('token')!)
    response.end()
  }

  #api(request: IncomingMessage, response: ServerResponse): void {
    const token = request.headers.authorization?.replace('Bearer ', '') ?? ''
    if (!this.live.includes(token)) return send(response, 401, { errors: [{ code: 'invalid_token' }] })
    if (request.url !== sessionTokenPath) return send(response, 404, {})
    send(response, 201, { token: `sandbox_eyJhIjo0Mn0.aHe7Tw.session${this.#sessions++}` })
  }
}

// Both halves of the credentials are form-encoded (RFC 6749 §2.3.1).
function isClient({ headers }: IncomingMessage): boolean {
  const halves = Buffer.from(headers.authorization?.replace('Basic ', '') ?? '', 'base64').toString()
  const [id, secret] = halves.split(':').map(decodeURIComponent)
  return id === clientId && secret === clientSecret
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
}
