import { boundedBody } from '../shared/bounded-body.ts'

/** A body in a form that can be sent twice, or the word that it cannot. */
export interface HeldBody {
  readonly held: boolean
  /** What to send, each time. Undefined: nothing, or what is in the `Request`. */
  readonly body?: BodyInit | undefined
  /** The content type that belongs to `body`, where the platform would have made it up anew each time. */
  readonly contentType?: string | null
}

/** More than this of a `Request`'s body is not kept in memory for a replay. */
const maxBytes = 4 * 1024 * 1024

/** No promise where nothing has to be awaited, which is the common case. */
export function holdInitBody(body: BodyInit | undefined): HeldBody | Promise<HeldBody> {
  if (body === undefined || typeof body === 'string' || body instanceof Blob) return { held: true, body }
  if (body instanceof URLSearchParams) return { held: true, body: new URLSearchParams(body) }
  if (body instanceof ArrayBuffer) return { held: true, body: body.slice(0) }
  if (ArrayBuffer.isView(body)) return { held: true, body: bytesOf(body) }
  return body instanceof FormData ? holdForm(body) : { held: false, body }
}

/** The body of a `Request`, read once. One that is too long is sent as it is, and not again. */
export async function holdRequestBody(request: Request, signal: AbortSignal | undefined): Promise<HeldBody> {
  if (/^(GET|HEAD)$/.test(request.method) || request.body === null) return { held: true }
  // Firefox has no Request.body: its length is known when it was read.
  if (request.body === undefined) {
    const body = await request.arrayBuffer()
    return request.bodyUsed ? { held: true, body } : { held: true }
  }
  if (Number(request.headers.get('Content-Length')) > maxBytes) return { held: false }
  const parts = await boundedBody(request.clone(), maxBytes, { signal })
  if (!parts) return { held: false }
  // The original is spent, as after a plain fetch(request). Not awaited: nothing depends on it.
  request.body.cancel().catch(() => {})
  return { held: true, body: await new Blob(parts).arrayBuffer() }
}

/** A view may be written to while the request is under way: what is sent is what was given. */
function bytesOf(view: ArrayBufferView): Uint8Array<ArrayBuffer> {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice()
}

/** A form gets a new boundary each time it is sent: it is written out once. */
async function holdForm(form: FormData): Promise<HeldBody> {
  try {
    const written = new Response(form)
    const contentType = written.headers.get('Content-Type')
    return { held: true, body: await written.blob(), contentType }
  } catch {
    // WebKitGTK cannot write out a form with a file in it: each time its own boundary, then.
    return { held: true, body: form }
  }
}
