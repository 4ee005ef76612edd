import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { root } from '../run-command.ts'

const read = (file: string): string => readFileSync(join(root, file), 'utf8')

const threats = read('SECURITY.md').split('\n')

test('every test that SECURITY.md names exists', () => {
  const named = threats.flatMap((line) => [...line.matchAll(/`((?:packages|apps|scripts)\/[^`]+)`/g)])
  expect(named.length).toBeGreaterThan(10)
  for (const [, path = ''] of named) expect([path, existsSync(join(root, path))]).toEqual([path, true])
})

/** Returns the text of each job of a workflow, by its name. Comments are left out. */
function jobsOf(file: string): Record<string, string> {
  const [, jobs = ''] = read(file)
    .replaceAll(/ *#.*/g, '')
    .split(/^jobs:$/m)
  const [, ...parts] = jobs.split(/^ {2}(\w+):$/m)
  return Object.fromEntries(
    Array.from({ length: parts.length / 2 }, (_, index) => [parts[2 * index]!, parts[2 * index + 1]!]),
  )
}

test('the job that publishes a release checks out nothing and installs nothing', () => {
  const { publish = '', ...others } = jobsOf('.github/workflows/release.yml')
  expect(publish).toContain('npm publish')
  expect(publish).toContain('id-token: write')
  expect(publish).not.toMatch(/actions\/checkout|\bpnpm\b|\bnpm (install|ci|run)\b|\bnpx\b/)
  for (const job of Object.values(others)) expect(job).not.toMatch(/id-token|npm publish/)
})

test('the job that packs a release can only read the repository', () => {
  const { pack = '' } = jobsOf('.github/workflows/release.yml')
  expect(pack).toContain('npm run pack')
  expect(pack).toMatch(/permissions:\n {6}contents: read\n {4}steps:/)
  expect(pack).toContain('persist-credentials: false')
  expect(read('.github/workflows/release.yml')).toMatch(/^permissions: \{\}$/m)
})

test.for(['ci', 'release', 'site'])('the workflow %s pins each action to a commit', (name) => {
  const used = [...read(`.github/workflows/${name}.yml`).matchAll(/uses: ([^.\s]\S*)/g)]
  expect(used.length).toBeGreaterThan(0)
  for (const [, action] of used) expect(action).toMatch(/@[0-9a-f]{40}$/)
})

test('the package manager is pinned by its hash, and takes no version younger than a day', () => {
  const { packageManager } = JSON.parse(read('package.json')) as { packageManager: string }
  expect(packageManager).toMatch(/^pnpm@\d+\.\d+\.\d+\+sha512\.[0-9a-f]{128}$/)
  const [, minutes] = /^minimumReleaseAge: (\d+)$/m.exec(read('pnpm-workspace.yaml')) ?? []
  expect(Number(minutes)).toBeGreaterThanOrEqual(24 * 60)
})
