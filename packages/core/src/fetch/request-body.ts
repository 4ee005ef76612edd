import { boundedBody } from '../shared/bounded-body.ts'
import { isA } from '../shared/is-a.ts'

/**
 * A body in a form that can be sent twice, unless it is marked as `once`. A native HTTP bridge (Capacitor) passes on
 * strings and `Uint8Array`, but would send an `ArrayBuffer` or a `Blob` as `{}`.
 */
export interface HeldBody {
  readonly once?: boolean
  /** The body to send, each time. Undefined: no body, or the one in the `Request`. */
  readonly body?: BodyInit | undefined
  /** The content type that belongs to `body`, if the platform would choose a new one each time. */
  readonly contentType?: string | null
}

/** A longer body of a `Request` is not kept in memory for a replay. */
const maxBytes = 4 * 1024 * 1024

/**
 * Holds the body of an `init`. Returns no promise if nothing has to be awaited, which is the common case. The caller
 * may write to its buffer during the request: the bytes of the call are sent.
 */
export function holdInitBody(body: BodyInit | undefined): HeldBody | Promise<HeldBody> {
  if (!body || typeof body === 'string' || isA(body, 'Blob') || isA(body, 'File')) return { body }
  if (isA(body, 'URLSearchParams')) return { body: new URLSearchParams(String(body)) }
  if (isA(body, 'ArrayBuffer')) return { body: new Uint8Array(body).slice() }
  if (ArrayBuffer.isView(body)) {
    return { body: new Uint8Array(body.buffer, body.byteOffset, body.byteLength).slice() }
  }
  return isA(body, 'FormData') ? holdForm(body) : { once: true, body }
}

/**
 * Reads the body of a `Request` once. A body of the platform's own `Request` (`isNative`) that is too long is sent
 * unchanged, and only once.
 */
export async function holdRequestBody(
  request: Request,
  isNative: boolean,
  signal: AbortSignal | undefined,
): Promise<HeldBody> {
  if (/^(GET|HEAD)$/.test(request.method) || request.body === null) return {}
  // Firefox has no Request.body: only reading shows whether there is one. The body of a polyfill is not a stream.
  if (!isNative || !request.body?.getReader) {
    const body = await request.arrayBuffer()
    return request.bodyUsed ? holdInitBody(body) : {}
  }
  const parts = await boundedBody(request.clone(), maxBytes, undefined, signal)
  if (!parts) return { once: true }
  // The original is used up, as after a plain fetch(request). Not awaited: nothing depends on it.
  request.body.cancel().catch(() => {})
  return holdInitBody(await new Blob(parts).arrayBuffer())
}

/** Serializes a form once: it would get a new boundary each time it is sent. */
async function holdForm(form: FormData): Promise<HeldBody> {
  try {
    const serialized = new Response(form)
    const contentType = serialized.headers.get('Content-Type')
    // The platform does not know the form of a polyfill, and would write its name.
    if (contentType?.startsWith('multipart'))
      return { body: new Uint8Array(await serialized.arrayBuffer()), contentType }
  } catch {
    // WebKitGTK cannot serialize a form that contains a file.
  }
  // Each attempt has its own boundary. The form of the package form-data is a stream, which is read only once.
  return { once: 'pipe' in form, body: form }
}
