import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { rolldown } from 'rolldown'
import { afterAll, expect, test } from 'vitest'

import { root } from '../../run-command.ts'
import { unpackAll, type PackedPackage } from './packed-package.ts'

const folder = mkdtempSync(join(tmpdir(), 'tree-shaking-'))
afterAll(() => rmSync(folder, { recursive: true }))

const packages = unpackAll(folder)
packages.forEach(linkDependencies)

/** Links the package's dependencies next to it, as in an application. */
function linkDependencies({ name, manifest }: PackedPackage): void {
  const foreign = Object.keys(manifest.dependencies ?? {}).filter((other) => !other.startsWith('@forage-'))
  for (const dependency of foreign) {
    const link = join(folder, 'node_modules', dependency)
    rmSync(link, { force: true })
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(root, 'packages', name, 'node_modules', dependency), link, 'junction')
  }
}

/** Packages that an application installs itself. */
const peers = /^(react|react-dom|@tanstack\/react-query|ky|pg|redis|rate-limiter-flexible|node:.*)(\/.*)?$/

/** Returns the minified code that an application with only this line would load at its start. */
async function bundle(code: string): Promise<string> {
  const entry = join(folder, 'entry.js')
  const build = await rolldown({
    input: entry,
    external: peers,
    platform: 'neutral',
    resolve: { mainFields: ['module', 'main'] },
    logLevel: 'silent',
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === entry ? id : undefined),
        load: (id) => (id === entry ? code : undefined),
      },
    ],
  })
  const { output } = await build.generate({ minify: true })
  await build.close()
  const start = output.find((chunk) => chunk.type === 'chunk' && chunk.isEntry)
  return start?.type === 'chunk' ? start.code.trim() : ''
}

const entries = packages.flatMap(({ manifest }) =>
  Object.keys(manifest.exports)
    // The first is not a module, and the second is loaded by a script tag.
    .filter((path) => path !== './package.json' && path !== './script')
    .map((path) => join(manifest.name, path)),
)

test('the tests cover every entry of every package', () => {
  expect(entries.length).toBeGreaterThanOrEqual(19)
  expect(entries).toContain('@forage-session/server/redis-rate-limit')
})

test.for(entries)('an unused import of %s adds no code to a bundle', async (entry) => {
  expect(await bundle(`import '${entry}'`)).toBe('')
})

interface Cost {
  take: string
  from: string
  maxBytes: number
  /** An export that the bundle must not contain, and a word that occurs only in it. */
  without: [other: string, from: string, word: string]
}

const session: Cost['without'] = ['createForageSession', 'core', 'visibilityState']
const sdk: Cost['without'] = ['useForageSdk', 'react', 'needsReentry']
const handler: Cost['without'] = ['createForageServer', 'server', 'client_credentials']

const costs: Cost[] = [
  { take: 'isForageSessionError', from: 'core', maxBytes: 300, without: session },
  { take: 'merchantEndpoint', from: 'core', maxBytes: 1000, without: session },
  { take: 'createForageClient', from: 'core/ky', maxBytes: 1500, without: session },
  { take: 'createVirtualClock', from: 'core/testing', maxBytes: 3000, without: session },
  { take: 'useForageSession', from: 'react', maxBytes: 1500, without: sdk },
  { take: 'useSessionStatus', from: 'react', maxBytes: 1500, without: session },
  { take: 'useForageQuery', from: 'react', maxBytes: 6000, without: sdk },
  { take: 'ForageSessionDevtools', from: 'react/devtools', maxBytes: 3000, without: session },
  { take: 'memoryStore', from: 'server', maxBytes: 2500, without: handler },
  { take: 'createSealer', from: 'server', maxBytes: 4000, without: handler },
  { take: 'toNodeHandler', from: 'server/node', maxBytes: 8000, without: handler },
  { take: 'honoHandler', from: 'server/hono', maxBytes: 2200, without: handler },
]

test.for(costs)(
  'importing $take from $from adds at most $maxBytes bytes',
  async ({ take, from, maxBytes, without }) => {
    const [other, otherFrom, word] = without
    expect(await bundle(`export { ${other} } from '@forage-session/${otherFrom}'`)).toContain(word)
    const code = await bundle(`export { ${take} } from '@forage-session/${from}'`)
    expect(code).toContain(take)
    expect(code).not.toContain(word)
    expect(code.length).toBeLessThanOrEqual(maxBytes)
  },
)
