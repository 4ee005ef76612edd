import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { mustRun, root } from '../../run-command.ts'

/** Licenses that a merchant can use without legal review: they only require that their own text is kept. */
const permissive = ['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0']

/** Returns all direct and indirect dependencies of the packages, by license. */
async function dependenciesByLicense(): Promise<Record<string, { name: string }[]>> {
  const each = ['--recursive', '--filter', './packages/*']
  const output = await mustRun('pnpm', [...each, 'licenses', 'list', '--json', '--prod'])
  return JSON.parse(output) as Record<string, { name: string }[]>
}

test('every dependency of the packages has a permissive license', async () => {
  const found = await dependenciesByLicense()
  const names = Object.values(found).flatMap((packages) => packages.map(({ name }) => name))
  const own = ['core', 'server', 'emulator'].flatMap((name) => {
    const manifest = JSON.parse(readFileSync(join(root, `packages/${name}/package.json`), 'utf8')) as {
      dependencies: object
    }
    return Object.keys(manifest.dependencies)
  })
  expect(names).toEqual(expect.arrayContaining(own))
  expect(Object.keys(found).filter((license) => !permissive.includes(license))).toEqual([])
})
