import { asRecord, ownMembers } from './as-record.ts'
import type { SessionClock } from './session-clock.ts'
import { patienceMs, within } from './within.ts'

/** A short body has at most 64 KiB. */
export const maxShortBytes: number = 64 * 1024

/**
 * Reads a body into parts, so that nothing unbounded is read into a page. Returns undefined if it is longer than
 * `maxBytes` or cannot be read; with a clock, the parts that came within 2 s. An abort of `signal` ends the reading as
 * well. The rest is canceled, which frees the connection.
 */
export async function boundedBody(
  { body, headers }: Request | Response,
  maxBytes: number,
  clock?: SessionClock,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>[] | undefined> {
  const reader = body!.getReader()
  // Not awaited: one branch of a tee is canceled only when the other one is.
  const cancel = (): void => void reader.cancel().catch(() => {})
  const timer = clock?.setTimeout(cancel, patienceMs)
  signal?.addEventListener('abort', cancel)
  const parts: Uint8Array<ArrayBuffer>[] = []
  try {
    let size = Number(headers.get('Content-Length')) > maxBytes ? Infinity : 0
    while (size <= maxBytes) {
      const { done, value } = await reader.read()
      if (done) return parts
      size += value.byteLength
      parts.push(value)
    }
  } catch {
    // WebKitGTK lets no script read a form that contains a file.
  } finally {
    clock?.clearTimeout(timer)
    signal?.removeEventListener('abort', cancel)
  }
  cancel()
  return undefined
}

/**
 * Parses a JSON body. Returns undefined if it is not JSON, truncated or too long: the parser's own error would
 * quote the body. With a clock it reads a clone, and the caller still gets the body unread.
 */
export async function boundedJson(response: Response, clock?: SessionClock): Promise<unknown> {
  try {
    return JSON.parse(await boundedText(clock ? response.clone() : response, clock)) as unknown
  } catch {
    return undefined
  }
}

/** Reads a body as text: up to 64 KiB and, if a clock is given, what came within 2 s. */
async function boundedText(response: Response, clock?: SessionClock): Promise<string> {
  // Runtimes without body streams (React Native, polyfills of fetch) can only read the whole text.
  if (!response.body?.getReader) {
    return (await within(clock, response.text())) ?? ''
  }
  const decoder = new TextDecoder()
  const parts = (await boundedBody(response, maxShortBytes, clock)) ?? []
  return parts.map((part) => decoder.decode(part, { stream: true })).join('') + decoder.decode()
}

/** Reads the members of an error response; none if its content type is not JSON. */
export async function boundedProblem(
  response: Response,
  clock?: SessionClock,
): Promise<ReturnType<typeof asRecord>> {
  const isJson = /\bjson\b/i.test(response.headers.get('Content-Type') ?? '')
  return ownMembers(asRecord(isJson && (await boundedJson(response, clock))))
}
