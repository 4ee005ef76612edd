// Runs the store of docs/guides/serverless.md in workerd.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import type { Miniflare } from 'miniflare'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { TokenStore } from '../../src/index.ts'
import { describeTokenStore } from '../../src/testing.ts'
import { miniflare } from './miniflare.ts'

const guide = readFileSync(new URL('../../../../docs/guides/serverless.md', import.meta.url), 'utf8')
const [, guideCode = ''] = /^```ts file=src\/token-slots\.ts.*\n([\s\S]*?)^```$/m.exec(guide) ?? []

/** A worker that calls the guide's store for this test. */
const program = `
import { env } from 'cloudflare:workers'
import { tokenSlotStore } from 'token-slots.ts'
export { TokenSlots } from 'token-slots.ts'

const store = tokenSlotStore(env.TOKEN_SLOTS, { current: 'k1', k1: btoa('k'.repeat(32)) })
export default {
  async fetch(request) {
    const { method, args } = await request.json()
    return Response.json(await store[method](...args))
  },
}`

const modules: Record<string, string> = { 'token-slots.ts': guideCode, 'worker.ts': program }

async function bundled(): Promise<string> {
  const build = await rolldown({
    input: 'worker.ts',
    platform: 'neutral',
    external: /^cloudflare:/,
    logLevel: 'silent',
    resolve: {
      alias: { '@forage-session/server': fileURLToPath(new URL('../../src/index.ts', import.meta.url)) },
    },
    plugins: [
      { name: 'guide', resolveId: (id) => (id in modules ? id : undefined), load: (id) => modules[id] },
    ],
  })
  const { output } = await build.generate({ format: 'esm' })
  await build.close()
  return output[0].code
}

describe.skipIf(!miniflare)('in workerd', () => {
  let worker: Miniflare
  beforeAll(async () => {
    worker = new miniflare!.Miniflare({
      modules: true,
      script: await bundled(),
      compatibilityDate: '2026-07-01',
      durableObjects: { TOKEN_SLOTS: { className: 'TokenSlots', useSQLite: true } },
    })
    await worker.ready
  })
  afterAll(() => worker.dispose())

  async function call<T>(method: string, ...args: unknown[]): Promise<T> {
    const body = JSON.stringify({ method, args })
    const answer = await worker.dispatchFetch('http://worker.localhost/', { method: 'POST', body })
    return (await answer.json()) as T
  }

  const store = (): TokenStore => ({
    capabilities: { atomic: true },
    get: (...args) => call('get', ...args),
    cas: (...args) => call('cas', ...args),
    now: () => call('now'),
  })

  describeTokenStore('The Durable Object of the guide', store, { describe, test, expect })
})
