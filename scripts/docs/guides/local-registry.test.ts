import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { mustRun } from '../../run-command.ts'
import { startLocalRegistry } from './local-registry.ts'

test('npm installs a packed package by name from the local registry and checks its integrity', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'local-registry-'))
  try {
    const file = pack(folder, { name: '@own/thing', version: '1.2.3' })
    await using registry = await startLocalRegistry([file])
    const settings = ['--registry', registry.url, '--cache', join(folder, 'cache')]
    await mustRun('npm', ['install', '--prefix', folder, ...settings, '@own/thing@^1.2.0'], { cwd: folder })
    const output = await mustRun('node', ['--print', 'require("@own/thing/package.json").version'], {
      cwd: folder,
    })
    expect(output.trim()).toBe('1.2.3')
  } finally {
    rmSync(folder, { recursive: true })
  }
}, 30_000)

function pack(folder: string, manifest: object): string {
  mkdirSync(join(folder, 'package'))
  writeFileSync(join(folder, 'package/package.json'), JSON.stringify(manifest))
  execFileSync('tar', ['-czf', 'thing.tgz', 'package'], { cwd: folder })
  return join(folder, 'thing.tgz')
}
