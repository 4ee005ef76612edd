import { fileURLToPath } from 'node:url'

import { createEmulator } from '@forage-session/emulator'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { miniflare } from './miniflare.ts'

const clientId = 'emulator-client'
const clientSecret = 'emulator-secret-never-in-a-browser'
const apiUrl = 'http://emulator.localhost'
const shop = 'https://shop.example'

const entry = (name: string): string =>
  JSON.stringify(fileURLToPath(new URL(`../../src/${name}.ts`, import.meta.url)))

/** A worker as a merchant writes it, with two more paths that call the API. */
const program = `
import { createForageServer } from ${entry('index')}
import { createOAuthTokenClient } from ${entry('oauth')}
import { waitUntil } from 'cloudflare:workers'

const environment = { apiUrl: '${apiUrl}' }
const credentials = { clientId: '${clientId}', clientSecret: '${clientSecret}' }
const forage = createForageServer({ environment, credentials, waitUntil })
const api = createOAuthTokenClient({
  dialect: 'rfc6749', environment: { ...environment, tokenPath: '/o/token/' }, scope: 'pinpad_only', credentials, waitUntil,
})
const sessionToken = forage.sessionTokenHandler({
  authorize: async (_request, { checkoutId }) => ({ subject: 'customer-1', checkoutId, merchantAccount: 'mid/123ab45c67' }),
  origins: ['${shop}'],
  clientIp: (request) => request.headers.get('cf-connecting-ip'),
})
const outcome = (call) =>
  call.then(({ status }) => ({ status }), ({ code, message, status, cause }) => ({ code, message, status, cause: cause?.message }))

export default {
  async fetch(request) {
    const { pathname } = new URL(request.url)
    if (pathname === '/forage') return Response.json(await outcome(forage.fetch('/api/payments/')))
    if (pathname === '/oauth') return Response.json(await outcome(api.fetch('/api/payments/')))
    return await sessionToken(request)
  },
}`

async function bundled(): Promise<string> {
  const build = await rolldown({
    input: 'worker',
    platform: 'neutral',
    external: /^cloudflare:/,
    logLevel: 'silent',
    plugins: [
      {
        name: 'worker',
        resolveId: (id) => (id === 'worker' ? id : undefined),
        load: (id) => (id === 'worker' ? program : undefined),
      },
    ],
  })
  const { output } = await build.generate({ format: 'esm' })
  await build.close()
  return output[0].code
}

// With the first compatibility date, workerd throws on the request option `cache`.
const dates = ['2024-06-01', '2026-07-01']

interface Worker extends AsyncDisposable {
  /** Paths of the requests that reached the API. */
  requests: string[]
  /** Answers requests to a path with a redirect instead. */
  redirected: Map<string, number>
  send(
    path: string,
    init?: { method?: string; headers?: Record<string, string>; body?: string },
  ): Promise<Response>
}

async function startWorker(script: string, compatibilityDate: string): Promise<Worker> {
  const { Miniflare: Runtime, Response: WorkerResponse } = miniflare!
  const emulator = createEmulator({ clientId, clientSecret })
  const requests: string[] = []
  const redirected = new Map<string, number>()
  const worker = new Runtime({
    modules: true,
    script,
    compatibilityDate,
    outboundService: async (request: Request) => {
      const { pathname } = new URL(request.url)
      requests.push(pathname)
      const status = redirected.get(pathname)
      if (status !== undefined)
        return new WorkerResponse(null, { status, headers: { location: 'https://evil.example/' } })
      const { method, url } = request
      const body = method === 'GET' ? null : await request.arrayBuffer()
      const answer = await emulator.fetch(new Request(url, { method, headers: [...request.headers], body }))
      const headers = [...answer.headers] as [string, string][]
      return new WorkerResponse(await answer.arrayBuffer(), { status: answer.status, headers })
    },
  })
  await worker.ready
  return {
    requests,
    redirected,
    send: async (path, init) => (await worker.dispatchFetch(shop + path, init)) as unknown as Response,
    [Symbol.asyncDispose]: () => worker.dispose(),
  }
}

const tokenRequest = {
  method: 'POST',
  headers: { origin: shop, 'content-type': 'application/json', 'cf-connecting-ip': '192.0.2.1' },
  body: '{"checkout_id":"cart-1","reason":"first"}',
}

describe.skipIf(!miniflare)('in Cloudflare Workers', () => {
  let script = ''
  beforeAll(async () => {
    script = await bundled()
  })

  describe.each(dates)('with the compatibility date %s', (date) => {
    const workers: Worker[] = []
    const start = async (): Promise<Worker> => {
      const worker = await startWorker(script, date)
      workers.push(worker)
      return worker
    }
    afterAll(async () => {
      await Promise.all(workers.map((worker) => worker[Symbol.asyncDispose]()))
    })

    it('the endpoint answers with a token, and a preflight with CORS headers', async () => {
      const { send, requests } = await start()
      const answer = await send('/token', tokenRequest)
      expect(answer.status).toBe(200)
      expect(await answer.json()).toMatchObject({
        token: expect.stringMatching(/^sandbox_/),
        expires_in: expect.any(Number),
      })
      const again = await send('/token', { ...tokenRequest, body: '{"checkout_id":"cart-2"}' })
      expect(again.status).toBe(200)
      expect(requests).toEqual(['/o/token/', '/api/session_token/', '/api/session_token/'])
      const headers = { origin: shop, 'access-control-request-headers': 'traceparent' }
      const preflight = await send('/token', { method: 'OPTIONS', headers })
      expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([
        204,
        'content-type, authorization, traceparent',
      ])
    })

    it('the endpoint refuses a body of more than 8 KiB, and another origin', async () => {
      const { send, requests } = await start()
      const body = JSON.stringify({ checkout_id: 'x'.repeat(9000) })
      expect((await send('/token', { ...tokenRequest, body })).status).toBe(413)
      const headers = { ...tokenRequest.headers, origin: 'https://evil.example' }
      expect((await send('/token', { ...tokenRequest, headers })).status).toBe(403)
      expect(requests).toEqual([])
    })

    it.each(['/forage', '/oauth'])('a call of the API at %s is answered', async (path) => {
      const { send, requests } = await start()
      const outcome = (await (await send(path)).json()) as { status: number }
      expect(outcome).toEqual({ status: expect.any(Number) })
      expect(requests).toEqual(['/o/token/', '/api/payments/'])
    })

    it.each([
      ['/forage', 302],
      ['/oauth', 307],
    ])('a redirect of a call at %s is refused, and the error names the status %d', async (path, status) => {
      const { send, redirected, requests } = await start()
      redirected.set('/api/payments/', status)
      const outcome = (await (await send(path)).json()) as { code: string; message: string; status: number }
      expect(outcome).toMatchObject({ code: 'upstream_unavailable', status })
      expect(outcome.message).toContain(String(status))
      expect(requests).toEqual(['/o/token/', '/api/payments/'])
    })

    it.each(['/o/token/', '/api/session_token/'])('a redirect of %s is refused', async (path) => {
      const { send, redirected, requests } = await start()
      redirected.set(path, 301)
      const answer = await send('/token', tokenRequest)
      expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'upstream_unavailable' }])
      expect(requests.at(-1)).toBe(path)
    })
  })
})
