import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Returns the answer for a path, or undefined to forward the request to the API. */
export type Override = (path: string, headers: IncomingHttpHeaders) => OwnAnswer | undefined

interface OwnAnswer {
  status: number
  headers?: Record<string, string>
  body?: string
}

/**
 * Starts a host that forwards requests to the API, but has no control plane. A client cannot tell it from the real API.
 */
export async function startForwarding(
  apiUrl: string,
  override: Override = () => undefined,
  headers: Readonly<Record<string, string>> = {},
): Promise<AsyncDisposable & { url: string; host: string }> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '/'
    const own: OwnAnswer | undefined = path.startsWith('/_emulator/')
      ? { status: 404 }
      : override(path, request.headers)
    for (const [name, value] of Object.entries({ ...headers, ...own?.headers }))
      response.setHeader(name, value)
    if (own) return void response.writeHead(own.status).end(own.body)
    const forwarded = await forward(apiUrl + path, request)
    response.setHeader('content-type', forwarded.headers.get('content-type') ?? 'application/json')
    response.writeHead(forwarded.status).end(await forwarded.text())
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url: `http://${host}`, host, [Symbol.asyncDispose]: close }
}

async function forward(url: string, request: IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const headers = new Headers()
  for (const name of ['authorization', 'content-type', 'merchant-account', 'accept']) {
    const value = request.headers[name]
    if (typeof value === 'string') headers.set(name, value)
  }
  const { method = 'GET' } = request
  const hasBody = method !== 'GET' && method !== 'HEAD'
  return fetch(url, { method, headers, ...(hasBody ? { body: Buffer.concat(chunks) } : {}) })
}
