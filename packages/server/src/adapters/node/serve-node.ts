import type { IncomingMessage, ServerResponse } from 'node:http'

import { callQuietly } from '../../shared/foreign-code.ts'
import { withPlatform } from '../../shared/platform-request.ts'
import { isForbiddenMethod, publicOrigin } from '../public-origin.ts'
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
    await sendWebResponse(res, await handler(withPlatform(request, req)))
  } catch (error) {
    // An error handler that throws must not end the process.
    callQuietly(() => failed(error))
  }
}

function ownOrigin(req: IncomingMessage): { protocol: 'http' | 'https'; host: string } {
  const { encrypted: isEncrypted } = (req.socket ?? {}) as { encrypted?: boolean }
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
