/** The body as text, or undefined when it is longer than `maxBytes`: nothing unbounded is read into a page. */
export async function boundedText(response: Response, maxBytes: number): Promise<string | undefined> {
  const declared = Number(response.headers.get('Content-Length') ?? 0)
  if (declared > maxBytes) {
    await response.body?.cancel()
    return undefined
  }
  // Runtimes without a body stream (React Native) have the text at once.
  if (!response.body) return await response.text()
  return await readUpTo(response.body.getReader(), maxBytes)
}

async function readUpTo(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  maxBytes: number,
): Promise<string | undefined> {
  const decoder = new TextDecoder()
  let text = ''
  for (let size = 0; ;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    size += value.byteLength
    if (size > maxBytes) {
      await reader.cancel()
      return undefined
    }
    text += decoder.decode(value, { stream: true })
  }
}
