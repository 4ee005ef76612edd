// Planted violations show that the linter refuses them under the configuration of this repository.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { expect, test } from 'vitest'

import { root } from '../run-command.ts'
import { pureFiles } from './pure-files.ts'
import { rooms } from './rooms.ts'

/** Returns the report of the linter about these files. */
function lint(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'lint-'))
  try {
    for (const name of ['oxlint.config.ts', 'scripts/lint']) {
      cpSync(join(root, name), join(folder, name), { recursive: true })
    }
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
    const oxlint = join(root, 'node_modules/.bin/oxlint')
    const { stdout, stderr, error } = spawnSync(oxlint, ['--format=unix', 'packages', 'apps'], {
      cwd: folder,
      encoding: 'utf8',
    })
    if (error) throw error
    return stdout + stderr
  } finally {
    rmSync(folder, { recursive: true })
  }
}

type Use = readonly [file: string, specifier: string]

/** Returns those of the imports that the linter refuses. */
function refused(uses: readonly Use[], keyword = 'export'): string[] {
  const files: Record<string, string> = {}
  uses.forEach(([file, specifier], index) => {
    files[file] = `${files[file] ?? ''}${keyword} { used as used${index} } from '${specifier}'\n`
  })
  const found = lint(files).matchAll(/^(\S+?):\d+:\d+: '(\S+)' import is restricted/gm)
  return Array.from(found, ([, file, specifier]) => `${file} → ${specifier}`).toSorted()
}

const named = (uses: readonly Use[]): string[] =>
  uses.map(([file, specifier]) => `${file} → ${specifier}`).toSorted()

test('a package may not import what its users should not have to install', () => {
  const uses: Use[] = [
    ['packages/core/src/session.ts', 'react'],
    ['packages/core/src/session.ts', 'ky'],
    ['packages/core/src/session.ts', '@tanstack/react-query'],
    ['packages/core/src/session.ts', '@forage-session/server'],
    ['packages/core/src/ky.ts', 'react'],
    ['packages/react/src/index.ts', '@forage-session/server'],
    ['packages/react/src/index.ts', '@forage-session/emulator'],
    ['packages/react/src/index.ts', '../../core/src/session.ts'],
    ['packages/server/src/index.ts', '@forage-session/core'],
    ['packages/server/src/index.ts', '../../core/src/shared/fingerprint.ts'],
    ['packages/emulator/src/index.ts', '@forage-session/core'],
  ]
  expect(refused(uses)).toEqual(named(uses))
})

test('a room may not import a room above it, nor a file at the top of the source folder', () => {
  const uses: Use[] = [
    ['packages/core/src/fetch/session-fetch.ts', '../session.ts'],
    ['packages/core/src/fetch/session-fetch.ts', '../requests/token-requests.ts'],
    ['packages/core/src/tabs/tab-sharing.ts', '../state/session-store.ts'],
    ['packages/core/src/shared/emitter.ts', '../token/token-source.ts'],
    ['packages/react/src/provider/session-context.ts', '../hooks/use-forage-session.ts'],
    ['packages/react/src/devtools/ui/panel.tsx', '../../sdk/sdk-bridge.ts'],
    ['packages/react/src/devtools/ui/panel.tsx', '../../index.ts'],
  ]
  expect(refused(uses)).toEqual(named(uses))
  expect(refused(uses, 'import type')).toEqual(named(uses))
})

test('a package may import its dependencies, a room the rooms below it, and a test everything', () => {
  const uses: Use[] = [
    ['packages/core/src/ky.ts', 'ky'],
    ['packages/core/src/session.ts', './state/session-state.ts'],
    ['packages/core/src/requests/token-requests.ts', '../tabs/tab-sharing.ts'],
    ['packages/core/src/requests/token-requests.ts', './single-flight.ts'],
    ['packages/core/src/state/session-state.ts', '../shared/errors.ts'],
    ['packages/core/src/token/session-token.ts', 'jwt-decode'],
    ['packages/react/src/index.ts', '@forage-session/core'],
    ['packages/react/src/index.ts', '@forage-session/core/ky'],
    ['packages/react/src/devtools/ui/panel.tsx', '../recorder.ts'],
    ['packages/react/src/devtools/ui/panel.tsx', '../../shared/page.ts'],
    ['packages/react/test/checkout.test.tsx', '@forage-session/emulator'],
    ['apps/checkout/src/backend.ts', '@forage-session/emulator'],
  ]
  expect(refused(uses)).toEqual([])
})

const pure = 'packages/core/src/requests/renewal-plan.ts'

test('a pure file imports pure files and types only', () => {
  const uses: Use[] = [
    [pure, './renewal-timer.ts'],
    [pure, '../shared/session-clock.ts'],
  ]
  expect(refused([...uses, [pure, './failure-memory.ts'], [pure, '../shared/errors.ts']])).toEqual(
    named(uses),
  )
  const type = `import type { SessionClock } from '../shared/session-clock.ts'\n\nexport type Kept = SessionClock\n`
  expect(lint({ [pure]: type })).not.toContain('no-restricted-imports')
})

test('a pure file may not read a clock, draw a random number or use the network', () => {
  const text = `export const values = (): unknown => [Date.now(), Math.random(), fetch('/')]\n`
  expect(lint({ [pure]: text }).match(/no-restricted-(globals|properties)/g)).toHaveLength(3)
})

test('a circle of imports is refused, also if types close it', () => {
  const circle = (keyword: string): string =>
    lint({
      'packages/core/src/a.ts': `${keyword} { B } from './b.ts'\n\nexport type A = B | string\n`,
      'packages/core/src/b.ts': `${keyword} { A } from './a.ts'\n\nexport type B = A | number\n`,
    })
  expect(circle('import')).toContain('no-cycle')
  expect(circle('import type')).toContain('no-cycle')
})

test('every room and every pure file that a rule names exists', () => {
  const folders = Object.entries(rooms).flatMap(([source, own]) =>
    Object.entries(own).flatMap(([room, below]) => [room, ...below].map((name) => `${source}/${name}`)),
  )
  const files = Object.entries(pureFiles).flatMap(([name, own]) =>
    own.map((file) => `packages/${name}/src/${file}.ts`),
  )
  expect([...folders, ...files].filter((name) => !existsSync(join(root, name)))).toEqual([])
})
