import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { committedSecrets, secretsInCommands } from './committed-secrets.ts'
import { guideSteps } from './guide-steps.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'committed-secrets-'))))
afterEach(() => rmSync(folder, { recursive: true }))

function write(name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

const secret = 'FORAGE_CLIENT_SECRET=emulator-secret-never'

test('a file with the client secret that .gitignore does not name is reported', () => {
  write('.gitignore', 'node_modules\n*.local\n')
  const files = [write('.env', secret), write('.env.local', secret), write('backend.ts', 'serve()')]
  expect(committedSecrets(files)).toEqual([
    '.env contains the client secret, and no .gitignore next to it names it.',
  ])
})

test('without a .gitignore, every file with the client secret is reported once', () => {
  const file = write('.env.local', secret)
  expect(committedSecrets([file, file])).toHaveLength(1)
})

test('a pattern that takes a file back from .gitignore is respected', () => {
  write('.gitignore', '.env*\n!.env.example\n')
  expect(committedSecrets([write('.env.local', secret)])).toEqual([])
  expect(committedSecrets([write('.env.example', secret)])).toHaveLength(1)
})

test('a command with the client secret is reported with its line', () => {
  const fence = '```'
  const steps = guideSteps(
    `${fence}sh\ntrue\n${fence}\n\n${fence}sh background\n${secret} node a.ts\n${fence}\n`,
  )
  expect(secretsInCommands(steps)).toEqual(['The command in line 6 contains the client secret.'])
})
