/** Thrown for a body that is longer than its limit. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError'
}

/** Reads a body as text. Throws {@link BodyTooLargeError} after `maxBytes`. */
export async function readBounded(message: Request | Response, maxBytes: number): Promise<string> {
  if (Number(message.headers.get('content-length')) > maxBytes) {
    // Not awaited: one branch of a tee is canceled only after the other one is canceled as well.
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

// Not `for await` over the stream itself: in some runtimes streams are not iterable.
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
