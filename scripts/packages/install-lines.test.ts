import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { root } from '../run-command.ts'
import { installLines } from './install-lines.ts'

const paths = ['core', 'emulator', 'react', 'server'].map(
  (name) => `/clone/.pack/forage-session-${name}-0.1.0.tgz`,
)

test('each use has one command, which installs the tarballs of all packages that it needs', () => {
  expect(installLines(paths)).toEqual([
    '',
    'A page without React:',
    '  npm install /clone/.pack/forage-session-core-0.1.0.tgz',
    '',
    'A page with React:',
    '  npm install /clone/.pack/forage-session-core-0.1.0.tgz /clone/.pack/forage-session-react-0.1.0.tgz',
    '',
    'The backend:',
    '  npm install /clone/.pack/forage-session-server-0.1.0.tgz',
    '',
    'The emulator, for development and tests:',
    '  npm install --save-dev /clone/.pack/forage-session-emulator-0.1.0.tgz',
  ])
})

test('a path with a space is quoted', () => {
  const [, , command] = installLines(paths.map((path) => path.replace('/clone', '/my clone')))
  expect(command).toBe('  npm install "/my clone/.pack/forage-session-core-0.1.0.tgz"')
})

test('a missing tarball is an error that names its package', () => {
  expect(() => installLines(paths.slice(1))).toThrow('There is no tarball of @forage-session/core.')
})

test('docs/install.md shows exactly what the command prints', () => {
  const page = readFileSync(join(root, 'docs/install.md'), 'utf8')
  const lines = installLines(paths.map((path) => path.replace('/clone', '/home/you/forage-session')))
  expect(page).toContain(`\`\`\`text${lines.join('\n')}\n\`\`\``)
})
