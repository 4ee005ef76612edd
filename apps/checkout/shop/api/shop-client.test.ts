import { afterEach, expect, test, vi } from 'vitest'

import { readOrder } from './shop-client.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

test.each([
  ['never answers', () => new Promise<Response>(() => {})],
  ['begins an answer and never ends it', async () => new Response(new ReadableStream())],
])('a backend that %s counts as out of reach', async (_, answer) => {
  const ending = new AbortController()
  vi.spyOn(AbortSignal, 'timeout').mockReturnValue(ending.signal)
  vi.stubGlobal('fetch', (_path: string, init?: RequestInit) => abortable(answer(), init?.signal))
  const asked = readOrder('o1')
  ending.abort()
  await expect(asked).rejects.toMatchObject({ code: 'unreachable' })
})

/** As the platform's `fetch`: the signal ends the waiting for an answer and for its body. */
async function abortable(answer: Promise<Response>, signal: RequestInit['signal']): Promise<Response> {
  const aborted = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error))
  })
  aborted.catch(() => {})
  const response = await Promise.race([answer, aborted])
  return Object.assign(response, { text: () => aborted, json: () => aborted })
}
