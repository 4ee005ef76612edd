import type { MiddlewareHandler } from 'hono'

import type { EmulatorEnv, RouteContext } from '../context/context.ts'
import { ApiError, listedError } from './api-error.ts'

const MAX_BODY_BYTES = 1024 * 1024
const MAX_DEPTH = 100

/** Reads the body once, up to the limit, so that no request makes a route hold more. */
export function boundedBody(): MiddlewareHandler<EmulatorEnv> {
  return async (c, next) => {
    // To read the body of a request without one would create a stream.
    c.set('body', c.req.header('content-length') === '0' ? '' : await readBounded(c.req.raw))
    await next()
  }
}

async function readBounded(request: Request): Promise<string> {
  if (request.body === null) return ''
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of chunksOf(request)) {
    bytes += chunk.byteLength
    if (bytes > MAX_BODY_BYTES) throw bodyTooLarge(request)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

/** Reads the parts of a body, also in a page: Firefox has no `body` in requests, and WebKit no loop over a stream. */
async function* chunksOf(request: Request): AsyncGenerator<Uint8Array> {
  const reader = (request.body as Request['body'] | undefined)?.getReader()
  if (!reader) return yield new Uint8Array(await request.arrayBuffer())
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    // The rest of a body that is too large is not read.
    reader.cancel().catch(() => {})
  }
}

function bodyTooLarge(request: Request): ApiError {
  const message = `The request body is larger than ${MAX_BODY_BYTES} bytes.`
  return listedError(new URL(request.url).pathname, 413, { code: 'request_too_large', message })
}

/** Returns the body as a JSON object. An error names `resource` as its source. */
export function jsonBody(c: RouteContext, resource: string): Record<string, unknown> {
  if (!isJson(c)) throw unsupportedMediaType(c.req.path, c.req.header('content-type') ?? '')
  const parsed = parseJsonObject(c.get('body'))
  if (!parsed) throw cannotParse(c.req.path, resource, 'The request body has to be one JSON object.')
  return parsed
}

export function isJson(c: RouteContext): boolean {
  return /^application\/([\w.-]+\+)?json\b/i.test(c.req.header('content-type') ?? '')
}

/** Returns undefined if the text is not a JSON object, or is nested so deeply that writing it would overflow the stack. */
export function parseJsonObject(text: string): Record<string, unknown> | undefined {
  const parsed = parseJson(text)
  const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
  return isObject && !isDeeperThan(MAX_DEPTH, parsed) ? { ...parsed } : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isDeeperThan(maxDepth: number, value: object): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maxDepth) return true
    level = level.flatMap((one) => (typeof one === 'object' && one ? Object.values(one) : []))
  }
  return false
}

function cannotParse(path: string, resource: string, message: string): ApiError {
  return listedError(path, 400, { code: 'cannot_parse_request_body', message, source: { resource, ref: '' } })
}

function unsupportedMediaType(path: string, contentType: string): ApiError {
  const message = `Unsupported media type "${contentType}" in request. Send application/json.`
  return listedError(path, 415, { code: 'unsupported_media_type', message })
}
