import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { availableEngines, engines } from '../../../../scripts/toolchain/browsers.ts'
import { launch, type BrowserUnderTest } from './browser-under-test.ts'
import { BuiltPackage } from './built-package.ts'
import { Site } from './site.ts'

let built: BuiltPackage
let site: Site

beforeAll(async () => {
  built = await BuiltPackage.build()
  site = await Site.open(built.folder)
})
afterAll(async () => {
  await site[Symbol.asyncDispose]()
  built[Symbol.dispose]()
})

test('the built files use no feature that is newer than their target', () => {
  for (const name of ['forage-session.iife.js', 'index.js']) {
    const code = readFileSync(join(built.folder, name), 'utf8').replaceAll(/^\s*(\/\/|\/?\*).*$/gm, '')
    expect(code).not.toMatch(/\.(toSorted|toReversed|toSpliced|findLast|canParse|withResolvers|groupBy)\(/)
    expect(code).not.toMatch(/AbortSignal\.(any|timeout)\b/)
  }
})

/** The result of pages/checkout-steps.js if the API rejects the first token. */
function stepsOf(checkout: string): Record<string, unknown> {
  return {
    token: `sandbox_${checkout}-1`,
    status: 200,
    authorization: `Bearer sandbox_${checkout}-2`,
    state: 'closed',
    events: expect.arrayContaining(['token-received', 'request-rejected', 'request-replayed']) as unknown,
  }
}

describe.each(engines)('under a strict Content-Security-Policy in %s', (engine) => {
  const isHere = availableEngines().has(engine)
  let browser: BrowserUnderTest
  beforeAll(async () => {
    if (isHere) browser = await launch(engine)
  })
  afterAll(async () => {
    if (isHere) await browser[Symbol.asyncDispose]()
  })

  async function visit(page: string, checkout: string): Promise<unknown> {
    await browser.open(site.page(page, checkout))
    const [result] = await site.reports(checkout, 'result')
    expect(result?.error).toBeUndefined()
    expect(site.arrived(checkout, 'violation')).toEqual([])
    expect(site.tokenRequests(checkout)).toBe(2)
    return result?.value
  }

  test.skipIf(!isHere)(
    'a script tag gets a token and replays a request under a strict Content-Security-Policy',
    async () => {
      const checkout = `refuse-plain-${engine}`
      expect(await visit('plain', checkout)).toMatchObject(stepsOf(checkout))
    },
  )

  test.skipIf(!isHere)(
    'a dedicated worker without a document gets a token and replays a request',
    async () => {
      const checkout = `refuse-worker-${engine}`
      expect(await visit('worker', checkout)).toMatchObject({ ...stepsOf(checkout), hasDocument: false })
    },
  )

  test.skipIf(!isHere)(
    'a sandboxed frame with an opaque origin gets a token and replays a request',
    async () => {
      const checkout = `refuse-frame-${engine}`
      expect(await visit('frame', checkout)).toMatchObject({ ...stepsOf(checkout), origin: 'null' })
    },
  )
})
