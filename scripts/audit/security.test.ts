import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { root } from '../run-command.ts'

const threats = readFileSync(join(root, 'SECURITY.md'), 'utf8').split('\n')

test('every test that SECURITY.md names exists', () => {
  const named = threats.flatMap((line) => [...line.matchAll(/`((?:packages|apps)\/[^`]+)`/g)])
  expect(named.length).toBeGreaterThan(10)
  for (const [, path = ''] of named) expect([path, existsSync(join(root, path))]).toEqual([path, true])
})
