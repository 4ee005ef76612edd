import { fileURLToPath } from 'node:url'
import { createContext, Script } from 'node:vm'

import { rolldown } from 'rolldown'
import { describe, expect, it } from 'vitest'

import type * as hono from '../../src/hono.ts'
import type * as server from '../../src/index.ts'
import type * as next from '../../src/next.ts'
import { merchantAccount } from '../fixtures/server-fixture.ts'
import { clientId, clientSecret, createUpstream } from '../fixtures/upstream-stub.ts'

interface Bundle {
  code: string
  /** What is left to be there at run time. */
  imports: string[]
}

/** All of it in one script without comments, for a runtime that is neither Node.js nor a browser. */
async function bundle(...files: string[]): Promise<Bundle> {
  const modules = files.map((file) => fileURLToPath(new URL(`../../src/${file}`, import.meta.url)))
  const entry = modules.map((path) => `export * from ${JSON.stringify(path)}`).join('\n')
  const build = await rolldown({
    input: 'edge',
    platform: 'neutral',
    // Left out of the bundle, it shows in `imports`.
    external: /^node:/,
    logLevel: 'silent',
    plugins: [
      {
        name: 'edge',
        resolveId: (id) => (id === 'edge' ? id : undefined),
        load: (id) => (id === 'edge' ? entry : undefined),
      },
    ],
  })
  const { output } = await build.generate({ format: 'iife', name: 'edge', minify: true })
  await build.close()
  return { code: output[0].code, imports: [...output[0].imports, ...output[0].dynamicImports] }
}

// The WinterTC Minimum Common API, as far as it is used; no `process`, `Buffer`, `require` or `setImmediate`.
const webGlobals = {
  AbortController,
  AbortSignal,
  atob,
  btoa,
  clearTimeout,
  crypto,
  DOMException,
  Headers,
  ReadableStream,
  Request,
  Response,
  setTimeout,
  TextDecoder,
  TextEncoder,
  URL,
  URLSearchParams,
}

/** Runs it with these globals only, and without `eval`, as edge runtimes do. */
function run({ code }: Bundle, globals: object): unknown {
  const context = createContext({ ...globals }, { codeGeneration: { strings: false, wasm: false } })
  return new Script(`${code}\nedge`).runInContext(context)
}

describe.each([['index.ts'], ['hono.ts'], ['next.ts']])('%s', (file) => {
  it('brings nothing of Node.js into a bundle', async () => {
    const { code, imports } = await bundle(file)
    expect(imports).toEqual([])
    expect(code).not.toMatch(/\bnode:|\brequire\(|\bBuffer\b|\bprocess\./)
  })
})

it('would be told if it did', async () => {
  expect((await bundle('fastify.ts')).imports).toEqual(['node:stream'])
})

it('serves a token where there are web standards only, through Hono and Next.js', async () => {
  const { fetch, issued } = createUpstream()
  const edge = run(await bundle('index.ts', 'hono.ts', 'next.ts'), {
    ...webGlobals,
    fetch,
  }) as typeof server & typeof hono & typeof next
  const forage = edge.createForageServer({ environment: 'sandbox', credentials: { clientId, clientSecret } })
  const handler = forage.sessionTokenHandler({
    authorize: (_request, { checkoutId }) => ({ subject: 'alice', checkoutId: checkoutId!, merchantAccount }),
  })
  const ask = (checkout: string): Request =>
    new Request('https://shop.example/token', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
      body: JSON.stringify({ checkout_id: checkout }),
    })
  const raw = ask('cart-1')
  const fromHono = await edge.honoHandler(handler)({ req: { raw, text: () => raw.text() } })
  expect(await fromHono.json()).toEqual({ token: issued[1], expires_in: expect.any(Number) })
  const fromNext = await edge.nextHandler(handler).POST(ask('cart-2'))
  expect(await fromNext.json()).toEqual({ token: issued[2], expires_in: expect.any(Number) })
})

it('is not given a kept answer by a `fetch` that caches, as that of Next.js 13 and 14 does', async () => {
  const upstream = createUpstream()
  const kept = new Map<string, Response>()
  const caching: typeof globalThis.fetch = async (input, init) => {
    const url = new Request(input).url
    if (init?.cache === 'no-store') return upstream.fetch(input, init)
    const answer = kept.get(url) ?? (await upstream.fetch(input, init))
    kept.set(url, answer.clone())
    return answer
  }
  const edge = run(await bundle('index.ts'), { ...webGlobals, fetch: caching }) as typeof server
  const forage = edge.createForageServer({ environment: 'sandbox', credentials: { clientId, clientSecret } })
  const first = await forage.mintSessionToken({ merchantAccount })
  const second = await forage.mintSessionToken({ merchantAccount })
  expect(second.token).not.toBe(first.token)
  await forage.fetch('/api/payments/')
  expect([...kept.keys()]).toEqual([])
})

it('is a route that Next.js does not render ahead of time', async () => {
  const { nextHandler } = await import('../../src/next.ts')
  const route = nextHandler(() => new Response())
  expect(route.dynamic).toBe('force-dynamic')
  const methods = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']
  expect(
    Object.keys(route)
      .filter((name) => name !== 'dynamic')
      .toSorted(),
  ).toEqual(methods)
})
