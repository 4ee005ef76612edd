import type { SessionClock } from './session-clock.ts'

const maxMs = 2000

/**
 * The body as text, or undefined when it is longer than `maxBytes`: nothing unbounded is read into a page.
 * With a clock what came within 2 s. The rest is cancelled, which gives the connection back.
 */
export async function boundedText(
  response: Response,
  maxBytes: number,
  clock?: SessionClock,
): Promise<string | undefined> {
  // Runtimes without a body stream (React Native) have the text at once.
  if (!response.body) return await response.text()
  const reader = response.body.getReader()
  // Not awaited: the branch of a tee is cancelled only when the other one is, too.
  const letGo = (): void => void reader.cancel().catch(() => {})
  const timer = clock?.setTimeout(letGo, maxMs)
  try {
    const declared = Number(response.headers.get('Content-Length'))
    return declared > maxBytes ? undefined : await readUpTo(reader, maxBytes)
  } finally {
    clock?.clearTimeout(timer)
    letGo()
  }
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
    if (size > maxBytes) return undefined
    text += decoder.decode(value, { stream: true })
  }
}
