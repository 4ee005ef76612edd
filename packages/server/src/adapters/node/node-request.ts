import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'

import { sentBodyHeaders, unparseBody, withBodyUsed } from '../parsed-body.ts'

export interface NodeRequestParts {
  /** Scheme and host as the client sees them. */
  origin: string
  /** Path and query as the client sent them. */
  target: string
  /** The value that a body parser left, if one ran, or a stream that holds the body. */
  parsed: unknown
}

/**
 * Converts a request of `node:http` into a web-standard one. Its `signal` aborts if the client disconnects before the
 * answer is complete.
 */
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
  const stream = isReadable(parsed) ? parsed : req
  if (!stream.readableDidRead) {
    const body = bodyOf(stream, stream === req ? () => void req.resume() : () => destroyAfter(res, stream))
    return new Request(url, { method, headers, signal, body, ...halfDuplex })
  }
  for (const name of sentBodyHeaders) headers.delete(name)
  const body = isReadable(parsed) ? undefined : unparseBody(parsed, headers.get('content-type') ?? '')
  if (body === undefined) return withBodyUsed(new Request(url, { method, headers, signal, body: '' }))
  return new Request(url, { method, headers, signal, body: body as BodyInit })
}

// The Fetch standard requires this option for a stream; the DOM's types lack it.
const halfDuplex: object = { duplex: 'half' }

function webHeaders(req: IncomingMessage): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(req.headers)) {
    // HTTP/2 puts the request line among the headers (RFC 9113 §8.3.1).
    if (value === undefined || name.startsWith(':')) continue
    for (const each of Array.isArray(value) ? value : [value]) headers.append(name, each)
  }
  return headers
}

function untilGone(res: ServerResponse): AbortSignal {
  const controller = new AbortController()
  res.once('close', () => {
    if (!res.writableEnded) controller.abort(new DOMException('The client disconnected', 'AbortError'))
  })
  return controller.signal
}

// A request target may be `*` or a whole URL (RFC 9112 §3.2). The host of that URL must not become ours.
function pathOf(target: string): string {
  const path = target.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '')
  return path.startsWith('/') ? path : `/${path === '*' ? '' : path}`
}

// Without one of these headers, a request of HTTP/1 has no body (RFC 9112 §6). HTTP/2 ends the stream instead.
function hasBody(req: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': encoding } = req.headers
  if (length !== undefined || encoding !== undefined) return length !== '0'
  return req.httpVersionMajor > 1
}

function isReadable(value: unknown): value is Readable {
  return typeof value === 'object' && value !== null && 'iterator' in value && 'readableDidRead' in value
}

// `Readable.toWeb` would close the connection before the answer is sent if a body is too large and canceled.
function bodyOf(stream: Readable, cancel: () => void): ReadableStream<Uint8Array> {
  const chunks = stream.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array | string>
  // An `error` event without a listener ends the process. Until the body is read, there is no other listener.
  stream.on('error', () => {})
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await chunks.next()
        if (done) controller.close()
        else controller.enqueue(new Uint8Array(typeof value === 'string' ? Buffer.from(value) : value))
      },
      cancel,
    },
    { highWaterMark: 0 },
  )
}

/** Stops a stream that decompresses the body: drained, a few bytes could become gigabytes. */
function destroyAfter(res: ServerResponse, stream: Readable): void {
  // Earlier, it could break the connection before the answer is sent.
  res.once('close', () => stream.destroy())
}
