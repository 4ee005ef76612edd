import { readBounded } from '../shared/bounded-body.ts'

const maxAnswerBytes = 64 * 1024

/**
 * Sends one request to Forage and reads the whole answer (≤ 64 KiB). A redirect is refused: it would carry the
 * credential to another address. A cache is never used: Next.js 13 and 14 cache even a POST (vercel/next.js#52405).
 */
export async function boundedFetch(
  fetch: typeof globalThis.fetch,
  url: string,
  init: RequestInit,
): Promise<Response> {
  const response = await fetch(url, { ...init, redirect: 'error', cache: 'no-store' })
  const text = await readBounded(response, maxAnswerBytes)
  const { status, statusText, headers } = response
  // An answer with a status like 204 must not have a body, not even an empty one.
  return new Response(text === '' ? null : text, { status, statusText, headers })
}
