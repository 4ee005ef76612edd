/** A body in a form that can be sent twice, or the word that it cannot. */
export interface HeldBody {
  readonly held: boolean
  /** What to send, each time; undefined: as the caller gave it. */
  readonly body?: BodyInit
  /** The content type that belongs to `body`, where the platform would have made it up anew each time. */
  readonly contentType?: string
}

/** More than this of a `Request`'s body is not kept in memory for a replay. */
const maxBytes = 4 * 1024 * 1024

const asGiven: HeldBody = { held: true }
const oneShot: HeldBody = { held: false }

/** Null: nothing has to be awaited, which is the common case. */
export function holdInitBody(body: BodyInit | null | undefined): HeldBody | Promise<HeldBody> {
  if (body === null || body === undefined || typeof body === 'string' || body instanceof Blob) return asGiven
  if (body instanceof URLSearchParams) return { held: true, body: new URLSearchParams(body) }
  if (body instanceof ArrayBuffer) return { held: true, body: body.slice(0) }
  if (ArrayBuffer.isView(body)) return { held: true, body: bytesOf(body) }
  if (body instanceof FormData) return holdForm(body)
  return oneShot
}

/** The body of a `Request`, read once. One that is too long is sent as it is, and not again. */
export async function holdRequestBody(request: Request, signal: AbortSignal | undefined): Promise<HeldBody> {
  if (/^(GET|HEAD)$/.test(request.method) || request.body === null) return asGiven
  // Firefox has no Request.body: its length is known when it was read.
  if (request.body === undefined) {
    const bytes = new Uint8Array(await request.arrayBuffer())
    return request.bodyUsed ? { held: true, body: bytes } : asGiven
  }
  if (Number(request.headers.get('Content-Length') ?? 0) > maxBytes) return oneShot
  const bytes = await readUpTo(request.clone(), maxBytes, signal)
  if (!bytes) return oneShot
  // The original is spent, as after a plain fetch(request). Not awaited: nothing depends on it.
  request.body.cancel().catch(() => {})
  return { held: true, body: bytes }
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
    return { held: true, body: await written.blob(), ...(contentType === null ? {} : { contentType }) }
  } catch {
    // WebKitGTK cannot write out a form with a file in it: each time its own boundary, then.
    return asGiven
  }
}

/** Undefined: longer than `limit`, or nothing that a script may read (a form with a file, in WebKitGTK). */
async function readUpTo(
  request: Request,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const reader = request.body!.getReader() as ReadableStreamDefaultReader<Uint8Array>
  // Not awaited: the branch of a tee is cancelled only when the other one is, too.
  const letGo = (): void => void reader.cancel().catch(() => {})
  const chunks: Uint8Array[] = []
  signal?.addEventListener('abort', letGo)
  try {
    for (let size = 0; size <= limit;) {
      const { done, value } = await reader.read()
      if (done) return new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer())
      size += value.byteLength
      chunks.push(value)
    }
  } catch {
  } finally {
    signal?.removeEventListener('abort', letGo)
    letGo()
  }
  return undefined
}
