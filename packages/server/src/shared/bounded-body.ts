/** A body was longer than its bound. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError'
}

/** Reads a body as text, and no more than `maxBytes` of it: then throws {@link BodyTooLargeError}. */
export async function readBounded(message: Request | Response, maxBytes: number): Promise<string> {
  if (Number(message.headers.get('content-length')) > maxBytes) {
    // Not awaited: the branch of a tee is cancelled only when the other one is, too.
    message.body?.cancel().catch(() => {})
    throw tooLarge(maxBytes)
  }
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of chunks(message.body)) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw tooLarge(maxBytes)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

// A reader instead of `for await` over the stream: not every runtime's streams are iterable.
async function* chunks(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  if (!body) return
  const reader = body.getReader()
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value
  } finally {
    // Frees the connection of a body that was not read to its end.
    reader.cancel().catch(() => {})
  }
}

function tooLarge(maxBytes: number): BodyTooLargeError {
  return new BodyTooLargeError(`Body longer than ${maxBytes} bytes`)
}
