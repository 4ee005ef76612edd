import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What is answered instead; undefined: what the API answers. */
export type Instead = (path: string) => { status: number; headers?: Record<string, string> } | undefined

/** A host that passes everything on to the API, but has no control plane: to a client it is the real thing. */
export async function passingOn(
  apiUrl: string,
  instead: Instead = () => undefined,
  headers: Readonly<Record<string, string>> = {},
): Promise<AsyncDisposable & { url: string; host: string }> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '/'
    const own = path.startsWith('/_emulator/') ? { status: 404 } : instead(path)
    for (const [name, value] of Object.entries({ ...headers, ...own?.headers }))
      response.setHeader(name, value)
    if (own) return void response.writeHead(own.status).end()
    const passed = await passOn(apiUrl + path, request)
    response.setHeader('content-type', passed.headers.get('content-type') ?? 'application/json')
    response.writeHead(passed.status).end(await passed.text())
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

async function passOn(url: string, request: IncomingMessage): Promise<Response> {
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
