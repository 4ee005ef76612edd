import { afterEach, expect, it, vi } from 'vitest'

import { isForageServerError } from '../shared/errors.ts'

const url = 'https://api.example/o/token/'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.resetModules()
})

/** Loads the module again, because it finds out only once what the runtime accepts. */
async function load(): Promise<typeof import('./unredirected-fetch.ts')> {
  vi.resetModules()
  return import('./unredirected-fetch.ts')
}

async function errorFor(answer: Response): Promise<unknown> {
  const { unredirectedFetch } = await load()
  return unredirectedFetch(async () => answer, url, {}).catch((error: unknown) => error)
}

it.each([300, 301, 302, 303, 307, 308, 399])(
  'a %d is refused, with its status in the error, and its body is canceled',
  async (status) => {
    let isCanceled = false
    const body = new ReadableStream({ cancel: () => void (isCanceled = true) })
    const error = await errorFor(
      new Response(body, { status, headers: { location: 'https://evil.example' } }),
    )
    expect(isForageServerError(error)).toBe(true)
    expect(error).toMatchObject({ code: 'upstream_unavailable', status, retryable: true })
    expect(String(error)).toContain(`a redirect, ${status}`)
    expect(isCanceled).toBe(true)
  },
)

it('a redirect whose status the runtime hides is refused', async () => {
  const opaque = Object.defineProperty(Response.error(), 'type', { value: 'opaqueredirect' })
  const error = await errorFor(opaque)
  expect(error).toMatchObject({ code: 'upstream_unavailable' })
  expect(String(error)).toContain('a redirect')
  expect(error).not.toHaveProperty('status')
})

it.each([200, 299, 400, 503])('an answer with status %d is returned', async (status) => {
  const answer = new Response(null, { status })
  const { unredirectedFetch } = await load()
  expect(await unredirectedFetch(async () => answer, url, {})).toBe(answer)
})

it('no request follows a redirect or uses a cache, whatever its caller wants', async () => {
  const { unredirectedFetch } = await load()
  let sent: RequestInit | undefined
  const fetch: typeof globalThis.fetch = async (_url, init) => ((sent = init), new Response())
  await unredirectedFetch(fetch, url, { redirect: 'follow', cache: 'force-cache', method: 'PUT' })
  expect(sent).toEqual({ redirect: 'manual', cache: 'no-store', method: 'PUT' })
})

it('a runtime that throws on the option `cache` gets requests without it', async () => {
  const Original = Request
  class OldRequest extends Original {
    constructor(input: RequestInfo | URL, init?: RequestInit) {
      if (init && 'cache' in init)
        throw new Error("The 'cache' field on 'RequestInitializerDict' is not implemented.")
      super(input, init)
    }
  }
  vi.stubGlobal('Request', OldRequest)
  const { unredirectedFetch } = await load()
  let sent: RequestInit | undefined
  const fetch: typeof globalThis.fetch = async (_url, init) => ((sent = init), new Response())
  await unredirectedFetch(fetch, url, { cache: 'no-cache' })
  expect(sent).toEqual({ redirect: 'manual' })
})
