import { readBounded } from '../shared/bounded-body.ts'
import { unredirectedFetch } from './unredirected-fetch.ts'

const maxAnswerBytes = 64 * 1024

/** Sends one request to Forage and reads the whole answer (≤ 64 KiB). Refuses a redirect. */
export async function boundedFetch(
  fetch: typeof globalThis.fetch,
  url: string,
  init: RequestInit,
): Promise<Response> {
  const response = await unredirectedFetch(fetch, url, init)
  const text = await readBounded(response, maxAnswerBytes)
  const { status, statusText, headers } = response
  // An answer with a status like 204 must not have a body, not even an empty one.
  return new Response(text === '' ? null : text, { status, statusText, headers })
}
