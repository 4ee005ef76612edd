import { afterEach, expect, test, vi } from 'vitest'

import { readOrder } from './shop-client.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

test.each([
  ['never answers', () => new Promise<Response>(() => {})],
  ['starts an answer and never finishes it', async () => new Response(new ReadableStream())],
])('a backend that %s is reported as unreachable', async (_, answer) => {
  const ending = new AbortController()
  vi.spyOn(AbortSignal, 'timeout').mockReturnValue(ending.signal)
  vi.stubGlobal('fetch', (_path: string, init?: RequestInit) => abortable(answer(), init?.signal))
  const reading = readOrder('o1')
  ending.abort()
  await expect(reading).rejects.toMatchObject({ code: 'unreachable' })
})

/** Behaves like the platform's `fetch`: the signal aborts both the answer and its body. */
async function abortable(answer: Promise<Response>, signal: RequestInit['signal']): Promise<Response> {
  const aborted = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error))
  })
  aborted.catch(() => {})
  const response = await Promise.race([answer, aborted])
  return Object.assign(response, { text: () => aborted, json: () => aborted })
}
