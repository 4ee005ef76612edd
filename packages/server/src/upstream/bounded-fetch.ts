import { readBounded } from '../shared/bounded-body.ts'

const maxAnswerBytes = 64 * 1024

/**
 * One request to Forage with a small answer, read whole (≤ 64 KiB). Never follows a redirect, which would carry
 * the credential elsewhere, and never through a cache: Next.js 13 and 14 cache even a POST (vercel/next.js#52405).
 */
export async function boundedFetch(
  fetch: typeof globalThis.fetch,
  url: string,
  init: RequestInit,
): Promise<Response> {
  const response = await fetch(url, { ...init, redirect: 'error', cache: 'no-store' })
  const text = await readBounded(response, maxAnswerBytes)
  const { status, statusText, headers } = response
  // A status like 204 may not have a body, not even an empty one.
  return new Response(text === '' ? null : text, { status, statusText, headers })
}
