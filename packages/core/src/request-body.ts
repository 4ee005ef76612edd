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
export async function holdRequestBody(request: Request): Promise<HeldBody> {
  if (/^(GET|HEAD)$/.test(request.method) || request.body === null) return asGiven
  if (Number(request.headers.get('Content-Length') ?? 0) > maxBytes) return oneShot
  const bytes = await readUpTo(request.clone(), maxBytes)
  if (!bytes) return oneShot
  // The original is spent, as after a plain fetch(request).
  await request.body?.cancel()
  return { held: true, body: bytes }
}

/** A view may be written to while the request is under way: what is sent is what was given. */
function bytesOf(view: ArrayBufferView): Uint8Array<ArrayBuffer> {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice()
}

/** A form gets a new boundary each time it is sent: it is written out once. */
async function holdForm(form: FormData): Promise<HeldBody> {
  const written = new Response(form)
  const contentType = written.headers.get('Content-Type')
  return { held: true, body: await written.blob(), ...(contentType === null ? {} : { contentType }) }
}

async function readUpTo(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  // Engines without Request.body read it in one piece.
  if (!request.body) return new Uint8Array(await request.arrayBuffer())
  const reader = request.body.getReader() as ReadableStreamDefaultReader<Uint8Array>
  const chunks: Uint8Array[] = []
  for (let size = 0; ;) {
    const { done, value } = await reader.read()
    if (done) return new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer())
    size += value.byteLength
    chunks.push(value)
    if (size > limit) {
      // Not awaited: a branch of a tee settles only when both are done.
      void reader.cancel()
      return undefined
    }
  }
}
