import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { root } from '../run-command.ts'

interface Manifest {
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
}

function dependenciesOf(file: string): string[] {
  const manifest = JSON.parse(readFileSync(join(root, file), 'utf8')) as Manifest
  const { dependencies, devDependencies, peerDependencies } = manifest
  return Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies })
}

test('CONTRIBUTING.md gives the reason for every dependency', () => {
  const manifests = globSync(['package.json', '{docs,{packages,apps,scripts}/*}/package.json'], { cwd: root })
  const foreign = manifests.flatMap(dependenciesOf).filter((name) => !name.startsWith('@forage-session/'))
  const reasons = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')
  expect(foreign).toContain('jwt-decode')
  expect(foreign.filter((name) => !reasons.includes(`\`${name}\``))).toEqual([])
})
