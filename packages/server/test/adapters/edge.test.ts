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
  /** The imports that the bundle leaves to the runtime. */
  imports: string[]
}

/** Bundles files into one script without comments, for a runtime that is neither Node.js nor a browser. */
async function bundle(...files: string[]): Promise<Bundle> {
  const modules = files.map((file) => fileURLToPath(new URL(`../../src/${file}`, import.meta.url)))
  const entry = modules.map((path) => `export * from ${JSON.stringify(path)}`).join('\n')
  const build = await rolldown({
    input: 'edge',
    platform: 'neutral',
    // External modules appear in `imports`.
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

// The part of the WinterTC Minimum Common API that this package uses, without `process`, `Buffer` or `require`.
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

/** Runs a bundle with only these globals and without `eval`, like edge runtimes. */
function run({ code }: Bundle, globals: object): unknown {
  const context = createContext({ ...globals }, { codeGeneration: { strings: false, wasm: false } })
  return new Script(`${code}\nedge`).runInContext(context)
}

describe.each([['index.ts'], ['hono.ts'], ['next.ts']])('%s', (file) => {
  it('the bundle of this entry uses no Node.js API', async () => {
    const { code, imports } = await bundle(file)
    expect(imports).toEqual([])
    expect(code).not.toMatch(/\bnode:|\brequire\(|\bBuffer\b|\bprocess\./)
  })
})

it('the bundle check detects a Node.js import', async () => {
  expect((await bundle('fastify.ts')).imports).toEqual(['node:stream'])
})

it('Hono and Next.js handlers serve a token in a runtime with web standards only', async () => {
  const { fetch, issued } = createUpstream()
  const edge = run(await bundle('index.ts', 'hono.ts', 'next.ts'), {
    ...webGlobals,
    fetch,
  }) as typeof server & typeof hono & typeof next
  const forage = edge.createForageServer({ environment: 'sandbox', credentials: { clientId, clientSecret } })
  const handler = forage.sessionTokenHandler({
    authorize: (_request, { checkoutId }) => ({ subject: 'alice', checkoutId: checkoutId!, merchantAccount }),
  })
  const tokenRequest = (checkout: string): Request =>
    new Request('https://shop.example/token', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
      body: JSON.stringify({ checkout_id: checkout }),
    })
  const raw = tokenRequest('cart-1')
  const fromHono = await edge.honoHandler(handler)({ req: { raw, text: () => raw.text() } })
  expect(await fromHono.json()).toEqual({ token: issued[1], expires_in: expect.any(Number) })
  const fromNext = await edge.nextHandler(handler).POST(tokenRequest('cart-2'))
  expect(await fromNext.json()).toEqual({ token: issued[2], expires_in: expect.any(Number) })
})

it('a caching `fetch`, as in Next.js 13 and 14, never returns a cached token', async () => {
  const upstream = createUpstream()
  const cached = new Map<string, Response>()
  const caching: typeof globalThis.fetch = async (input, init) => {
    const url = new Request(input).url
    if (init?.cache === 'no-store') return upstream.fetch(input, init)
    const answer = cached.get(url) ?? (await upstream.fetch(input, init))
    cached.set(url, answer.clone())
    return answer
  }
  const edge = run(await bundle('index.ts'), { ...webGlobals, fetch: caching }) as typeof server
  const forage = edge.createForageServer({ environment: 'sandbox', credentials: { clientId, clientSecret } })
  const first = await forage.mintSessionToken({ merchantAccount })
  const second = await forage.mintSessionToken({ merchantAccount })
  expect(second.token).not.toBe(first.token)
  await forage.fetch('/api/payments/')
  expect([...cached.keys()]).toEqual([])
})

it('nextHandler returns a dynamic route with every method', async () => {
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
