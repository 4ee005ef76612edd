import { asRecord } from './as-record.ts'
import type { SessionClock } from './session-clock.ts'

const maxMs = 2000
const maxJsonBytes = 64 * 1024

/** What ends the reading early: a caller who is gone, or, with a clock, 2 s. */
export interface ReadingEnds {
  readonly signal?: AbortSignal | undefined
  readonly clock?: SessionClock | undefined
}

/**
 * The body in parts, or undefined when it is longer than `maxBytes` or cannot be read: nothing unbounded is read
 * into a page. With a clock what came within 2 s. The rest is cancelled, which gives the connection back.
 */
export async function boundedBody(
  { body, headers }: Request | Response,
  maxBytes: number,
  { signal, clock }: ReadingEnds = {},
): Promise<Uint8Array<ArrayBuffer>[] | undefined> {
  const reader = body!.getReader()
  // Not awaited: the branch of a tee is cancelled only when the other one is, too.
  const letGo = (): void => void reader.cancel().catch(() => {})
  const timer = clock?.setTimeout(letGo, maxMs)
  signal?.addEventListener('abort', letGo)
  const parts: Uint8Array<ArrayBuffer>[] = []
  try {
    if (Number(headers.get('Content-Length')) > maxBytes) return undefined
    for (let size = 0; size <= maxBytes;) {
      const { done, value } = await reader.read()
      if (done) return parts
      size += value.byteLength
      parts.push(value)
    }
  } catch {
    // Nothing that a script may read: a form with a file, in WebKitGTK.
  } finally {
    clock?.clearTimeout(timer)
    signal?.removeEventListener('abort', letGo)
    letGo()
  }
  return undefined
}

/**
 * Undefined: not JSON, truncated, or too long. The parser's own error would quote the body: it is dropped.
 * With a clock it is a clone that is read: the caller still gets the body unread.
 */
export async function boundedJson(response: Response, clock?: SessionClock): Promise<unknown> {
  try {
    return JSON.parse(await boundedText(clock ? response.clone() : response, clock)) as unknown
  } catch {
    return undefined
  }
}

async function boundedText(response: Response, clock: SessionClock | undefined): Promise<string> {
  // Runtimes without a body stream (React Native) have the text at once.
  if (!response.body) return await response.text()
  const decoder = new TextDecoder()
  const parts = (await boundedBody(response, maxJsonBytes, { clock })) ?? []
  return parts.map((part) => decoder.decode(part, { stream: true })).join('') + decoder.decode()
}

/** What an answer that is an error says, if it says that it is JSON. */
export async function boundedProblem(
  response: Response,
  clock?: SessionClock,
): Promise<ReturnType<typeof asRecord>> {
  const isJson = /\bjson\b/i.test(response.headers.get('Content-Type') ?? '')
  return asRecord(isJson && (await boundedJson(response, clock)))
}
