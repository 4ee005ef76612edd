import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { mustRun, root } from '../run-command.ts'

/** What a merchant may use without asking a lawyer: none of them asks for more than its own text to be kept. */
const permissive = ['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0']

/** By licence, everything that comes with the packages, over all levels. */
async function licences(): Promise<Record<string, { name: string }[]>> {
  const each = ['--recursive', '--filter', './packages/*']
  const said = await mustRun('pnpm', [...each, 'licenses', 'list', '--json', '--prod'])
  return JSON.parse(said) as Record<string, { name: string }[]>
}

test('what comes with the packages has a permissive licence', async () => {
  const found = await licences()
  const names = Object.values(found).flatMap((packages) => packages.map(({ name }) => name))
  const own = ['core', 'server', 'emulator'].flatMap((name) => {
    const manifest = JSON.parse(readFileSync(join(root, `packages/${name}/package.json`), 'utf8')) as {
      dependencies: object
    }
    return Object.keys(manifest.dependencies)
  })
  expect(names).toEqual(expect.arrayContaining(own))
  expect(Object.keys(found).filter((licence) => !permissive.includes(licence))).toEqual([])
})
