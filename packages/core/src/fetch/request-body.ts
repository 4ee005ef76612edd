import { boundedBody } from '../shared/bounded-body.ts'
import { isA } from '../shared/is-a.ts'

/** A body in a form that can be sent twice, or the statement that it cannot. */
export interface HeldBody {
  readonly held: boolean
  /** The body to send, each time. Undefined: no body, or the one in the `Request`. */
  readonly body?: BodyInit | undefined
  /** The content type that belongs to `body`, if the platform would choose a new one each time. */
  readonly contentType?: string | null
}

/** A longer body of a `Request` is not kept in memory for a replay. */
const maxBytes = 4 * 1024 * 1024

/** Holds the body of an `init`. Returns no promise if nothing has to be awaited, which is the common case. */
export function holdInitBody(body: BodyInit | undefined): HeldBody | Promise<HeldBody> {
  if (body === undefined || typeof body === 'string') return { held: true, body }
  if (isA(body, 'Blob') || isA(body, 'File')) return { held: true, body }
  if (isA(body, 'URLSearchParams')) return { held: true, body: new URLSearchParams(String(body)) }
  if (isA(body, 'ArrayBuffer')) return { held: true, body: body.slice(0) }
  if (ArrayBuffer.isView(body)) return { held: true, body: bytesOf(body) }
  return isA(body, 'FormData') ? holdForm(body) : { held: false, body }
}

/**
 * Reads the body of a `Request` once. A body that is too long is sent unchanged, and only once, if the `Request`
 * itself is sent (`isSent`).
 */
export async function holdRequestBody(
  request: Request,
  isSent: boolean,
  signal: AbortSignal | undefined,
): Promise<HeldBody> {
  if (/^(GET|HEAD)$/.test(request.method) || request.body === null) return { held: true }
  // Firefox has no Request.body: only reading shows whether there is one. The body of a polyfill is not a stream.
  if (!isSent || !request.body?.getReader) {
    const body = await request.arrayBuffer()
    return request.bodyUsed ? { held: true, body } : { held: true }
  }
  if (Number(request.headers.get('Content-Length')) > maxBytes) return { held: false }
  const parts = await boundedBody(request.clone(), maxBytes, { signal })
  if (!parts) return { held: false }
  // The original is used up, as after a plain fetch(request). Not awaited: nothing depends on it.
  request.body.cancel().catch(() => {})
  return { held: true, body: await new Blob(parts).arrayBuffer() }
}

/** The caller may write to a view during the request: the bytes of the call are sent. */
function bytesOf(view: ArrayBufferView): Uint8Array<ArrayBuffer> {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice()
}

/** A form would get a new boundary each time it is sent, so it is serialized once. */
async function holdForm(form: FormData): Promise<HeldBody> {
  try {
    const serialized = new Response(form)
    const contentType = serialized.headers.get('Content-Type')
    // The platform does not know the form of a polyfill, and would write its name.
    if (String(contentType).startsWith('multipart'))
      return { held: true, body: await serialized.blob(), contentType }
  } catch {
    // WebKitGTK cannot serialize a form that contains a file.
  }
  // Each attempt has its own boundary. The form of the package form-data is a stream, which is read only once.
  return { held: !('pipe' in form), body: form }
}
