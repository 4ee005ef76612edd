import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'

import { sentBodyHeaders, unparseBody, withBodyUsed } from './parsed-body.ts'

export interface NodeRequestParts {
  /** Scheme and host as the client sees them. */
  origin: string
  /** Path and query as the client sent them. */
  target: string
  /** What a body parser left, if one ran; or a stream with the body in it. */
  parsed: unknown
}

/** A request of `node:http` as a web-standard one. Its `signal` aborts when the client leaves before the answer. */
export async function toWebRequest(
  req: IncomingMessage,
  res: ServerResponse,
  { origin, target, parsed }: NodeRequestParts,
): Promise<Request> {
  const method = req.method ?? 'GET'
  const headers = webHeaders(req)
  const signal = untilGone(res)
  const url = origin + pathOf(target)
  if (method === 'GET' || method === 'HEAD' || !hasBody(req)) {
    return new Request(url, { method, headers, signal })
  }
  const stream = isReadable(parsed) ? parsed : req.readableDidRead ? undefined : req
  if (stream) return new Request(url, { method, headers, signal, body: bodyOf(stream), ...halfDuplex })
  for (const name of sentBodyHeaders) headers.delete(name)
  const body = unparseBody(parsed, headers.get('content-type') ?? '')
  if (body === undefined) return withBodyUsed(new Request(url, { method, headers, signal, body: '' }))
  return new Request(url, { method, headers, signal, body: body as BodyInit })
}

// The Fetch standard wants it said that a stream is sent before the answer comes; the DOM's types do not know it.
const halfDuplex: object = { duplex: 'half' }

function webHeaders(req: IncomingMessage): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(req.headers)) {
    // HTTP/2 has its request line among the headers (RFC 9113 §8.3.1).
    if (value === undefined || name.startsWith(':')) continue
    for (const each of Array.isArray(value) ? value : [value]) headers.append(name, each)
  }
  return headers
}

function untilGone(res: ServerResponse): AbortSignal {
  const controller = new AbortController()
  res.once('close', () => {
    if (!res.writableEnded) controller.abort(new DOMException('The client went away', 'AbortError'))
  })
  return controller.signal
}

// RFC 9112 §3.2: also `*`, and a whole URL, whose host must not become ours.
function pathOf(target: string): string {
  const path = target.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '')
  return path.startsWith('/') ? path : `/${path === '*' ? '' : path}`
}

// RFC 9112 §6: without one of these a request of HTTP/1 has no body. HTTP/2 ends the stream instead.
function hasBody(req: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': encoding } = req.headers
  if (length !== undefined || encoding !== undefined) return length !== '0'
  return req.httpVersionMajor > 1
}

function isReadable(value: unknown): value is Readable {
  return typeof value === 'object' && value !== null && 'iterator' in value && 'readableDidRead' in value
}

// Not `Readable.toWeb`: when a body is too large and cancelled, it closes the connection under the answer.
function bodyOf(stream: Readable): ReadableStream<Uint8Array> {
  const chunks = stream.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array>
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await chunks.next()
        if (done) controller.close()
        else controller.enqueue(new Uint8Array(value))
      },
      cancel() {
        // As Node.js does itself with a body that nobody reads.
        stream.resume()
      },
    },
    { highWaterMark: 0 },
  )
}
