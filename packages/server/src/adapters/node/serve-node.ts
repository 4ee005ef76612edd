import type { IncomingMessage, ServerResponse } from 'node:http'

import { publicOrigin } from '../public-origin.ts'
import { toWebRequest } from './node-request.ts'
import { sendWebResponse } from './node-response.ts'

/** A web-standard handler: a function from a request to its response. */
export type WebHandler = (request: Request) => Promise<Response> | Response

/** A request with the properties that middleware adds: Connect and Express add the URL, parsers add the body. */
export interface NodeRequest extends IncomingMessage {
  /** The URL before Connect or Express removed the mount path. */
  originalUrl?: string
  body?: unknown
  /** The bytes of the body, if the platform or a parser keeps them. */
  rawBody?: unknown
}

export interface NodeServing {
  /** Whether the headers of the proxy in front give the requested URL. */
  trusted: boolean
  /** Receives the error if `handler` throws or rejects. */
  failed: (error: unknown) => void
}

/** Answers one request of `node:http` with the response of `handler`. */
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

// `new Request` throws on these (Fetch standard, "forbidden method").
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
