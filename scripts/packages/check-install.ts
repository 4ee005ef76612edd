// Runs the commands that `npm run pack` prints in an empty folder, and type-checks one import of each package. The
// tarballs are those that check-packages.ts created.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import manifest from '../../package.json' with { type: 'json' }
import { interruption } from '../interruption.ts'
import { mustRun } from '../run-command.ts'
import { reportFailure } from './fresh-app.ts'
import { installLines } from './install-lines.ts'
import { reachRegistry } from './registry.ts'
import { tarballs } from './tarballs.ts'

const signal = interruption()
const folder = mkdtempSync(join(tmpdir(), 'install-'))
const run = (command: string, ...args: string[]): Promise<string> =>
  mustRun(command, args, {
    cwd: folder,
    env: { npm_config_audit: 'false', npm_config_fund: 'false', npm_config_prefer_offline: 'true' },
    signal,
  })

const imports = `
import { createForageSession } from '@forage-session/core'
import { createEmulator } from '@forage-session/emulator'
import { ForageSessionProvider } from '@forage-session/react'
import { createForageServer } from '@forage-session/server'
export const names: string[] = [createForageSession, createEmulator, ForageSessionProvider, createForageServer]
  .map(({ name }) => name)
`

const compilerOptions = {
  strict: true,
  noEmit: true,
  target: 'es2023',
  module: 'nodenext',
  lib: ['es2023', 'dom', 'dom.iterable', 'esnext.disposable'],
}

try {
  await reachRegistry(folder, signal)
  await run('npm', 'init', '--yes')
  await run('npm', 'pkg', 'set', 'type=module')
  for (const line of installLines(tarballs())) if (/^ +npm /.test(line)) await run('bash', '-c', line)
  const tools = (['typescript', '@types/node', '@types/react'] as const).map(
    (name) => `${name}@${manifest.devDependencies[name]}`,
  )
  await run('npm', 'install', '--save-dev', ...tools)
  writeFileSync(join(folder, 'imports.ts'), imports)
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['imports.ts'] }))
  await run('npx', 'tsc')
} catch (error) {
  reportFailure(error)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
