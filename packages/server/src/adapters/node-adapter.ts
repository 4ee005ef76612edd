import type { IncomingMessage, ServerResponse } from 'node:http'

import { toWebRequest } from './node-request.ts'
import { sendWebResponse } from './node-response.ts'
import { publicOrigin } from './public-origin.ts'

/** A web-standard handler: a request in, a response out. */
export type WebHandler = (request: Request) => Promise<Response> | Response

/** What middleware adds to a request: Connect and Express the URL before mounting, parsers the body. */
export interface NodeRequest extends IncomingMessage {
  originalUrl?: string
  body?: unknown
  /** The bytes, where the platform or a parser keeps them. */
  rawBody?: unknown
}

export interface NodeServing {
  /** Whether the proxy in front may say which URL was asked for. */
  trusted: boolean
  /** Gets what `handler` rejects with. */
  failed: (error: unknown) => void
}

/** Answers one request of `node:http`. */
export async function serveNode(
  handler: WebHandler,
  req: NodeRequest,
  res: ServerResponse,
  { trusted, failed }: NodeServing,
): Promise<void> {
  const origin = publicOrigin(ownOrigin(req), (name) => headerOf(req, name), trusted)
  if (origin === undefined) return refuse(res, 400)
  if (isForbiddenMethod(req.method)) return refuse(res, 501)
  const target = req.originalUrl ?? req.url ?? '/'
  try {
    const request = await toWebRequest(req, res, { origin, target, parsed: req.rawBody ?? req.body })
    await sendWebResponse(res, await handler(request))
  } catch (error) {
    failed(error)
  }
}

// Fetch standard, "forbidden method": there is no web-standard request with one.
function isForbiddenMethod(method: string | undefined): boolean {
  return /^(CONNECT|TRACE|TRACK)$/i.test(method ?? '')
}

function ownOrigin(req: IncomingMessage): { protocol: 'http' | 'https'; host: string } {
  const isEncrypted = 'encrypted' in req.socket && req.socket.encrypted === true
  return {
    protocol: isEncrypted ? 'https' : 'http',
    host: headerOf(req, ':authority') ?? req.headers.host ?? '',
  }
}

function headerOf(req: IncomingMessage, name: string): string | undefined {
  const value = req.headers[name]
  return Array.isArray(value) ? value[0] : value
}

function refuse(res: ServerResponse, status: number): void {
  res.statusCode = status
  res.end()
}
