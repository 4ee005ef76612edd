// The dependency rule is configuration of the linter: planted violations show that it is in force.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What the linter says in a tree of these files, under this repository's configuration. */
function lint(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'dependency-rule-'))
  try {
    copyFileSync(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'))
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
    const oxlint = join(root, 'node_modules/.bin/oxlint')
    const { stdout, stderr, error } = spawnSync(oxlint, ['--format=unix'], { cwd: folder, encoding: 'utf8' })
    if (error) throw error
    return stdout + stderr
  } finally {
    rmSync(folder, { recursive: true })
  }
}

type Use = readonly [file: string, specifier: string]

/** Which of these imports the rule refuses. */
function refused(uses: readonly Use[]): string[] {
  const files: Record<string, string> = {}
  uses.forEach(([file, specifier], index) => {
    files[file] = `${files[file] ?? ''}export { used as used${index} } from '${specifier}'\n`
  })
  const said = lint(files)
  const found = said.matchAll(/^(\S+?):\d+:\d+: '(\S+)' import is restricted/gm)
  return Array.from(found, ([, file, specifier]) => `${file} → ${specifier}`)
}

const named = (uses: readonly Use[]): string[] => uses.map(([file, specifier]) => `${file} → ${specifier}`)

test('an import against the direction of the dependencies is refused', () => {
  const uses: Use[] = [
    ['packages/core/src/session.ts', 'react'],
    ['packages/core/src/session.ts', 'ky'],
    ['packages/core/src/session.ts', '@tanstack/react-query'],
    ['packages/core/src/session.ts', '@forage-session/server'],
    ['packages/core/src/ky.ts', 'react'],
    ['packages/core/src/ky.ts', './session.ts'],
    ['packages/core/src/fetch/session-fetch.ts', './session.ts'],
    ['packages/core/src/fetch/with-token.ts', './session.ts'],
    ['packages/core/src/state/session-state.ts', './session-clock.ts'],
    ['packages/core/src/token/token-lifetime.ts', './session-options.ts'],
    ['packages/core/src/fetch/replay-policy.ts', './session-fetch.ts'],
    ['packages/react/src/index.ts', '@forage-session/server'],
    ['packages/react/src/index.ts', '@forage-session/emulator'],
    ['packages/react/src/index.ts', '../../core/src/session.ts'],
    ['packages/server/src/index.ts', '@forage-session/core'],
    ['packages/server/src/index.ts', '../../core/src/fingerprint.ts'],
    ['packages/emulator/src/index.ts', '@forage-session/core'],
  ]
  expect(refused(uses).toSorted()).toEqual(named(uses).toSorted())
})

test('what the packages are made of is not', () => {
  const uses: Use[] = [
    ['packages/core/src/ky.ts', 'ky'],
    ['packages/core/src/session.ts', './session-state.ts'],
    ['packages/core/src/state/session-state.ts', './errors.ts'],
    ['packages/core/src/token/session-token.ts', 'jwt-decode'],
    ['packages/react/src/index.ts', '@forage-session/core'],
    ['packages/react/src/index.ts', '@forage-session/core/ky'],
    ['packages/react/test/checkout.test.tsx', '@forage-session/emulator'],
    ['apps/checkout/src/backend.ts', '@forage-session/emulator'],
  ]
  expect(refused(uses)).toEqual([])
})

test('a pure file may name the types of any other', () => {
  const text = `import type { SessionClock } from './session-clock.ts'\n\nexport type Kept = SessionClock\n`
  expect(lint({ 'packages/core/src/requests/renewal-plan.ts': text })).not.toContain('no-restricted-imports')
})

test('a pure file has no clock, randomness or network of its own', () => {
  const text = `export const values = (): unknown => [Date.now(), Math.random(), fetch('/')]\n`
  const found = lint({ 'packages/core/src/requests/renewal-plan.ts': text }).match(
    /no-restricted-(globals|properties)/g,
  )
  expect(found).toHaveLength(3)
})

test('two files that import each other are found', () => {
  const report = lint({
    'packages/core/src/a.ts': `import { b } from './b.ts'\n\nexport const a = (): unknown => b\n`,
    'packages/core/src/b.ts': `import { a } from './a.ts'\n\nexport const b = (): unknown => a\n`,
  })
  expect(report).toContain('no-cycle')
})
