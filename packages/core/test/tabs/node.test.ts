import { execFileSync } from 'node:child_process'
import { accessSync, constants, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

import { expect, test } from 'vitest'

import { mustRun } from '../../../../scripts/run-command.ts'
import { BuiltPackage } from './built-package.ts'

/** Finds the oldest Node.js that the package supports, if this machine has it. */
function node20(): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'node'))
    .find((file) => isExecutable(file) && versionOf(file).startsWith('v20.'))
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function versionOf(file: string): string {
  return execFileSync(file, ['--version'], { encoding: 'utf8' })
}

/** Gets a token, replays a request and ends: no timer and no channel may keep the process alive. */
const program = `
import { createForageSession } from './index.js'

const sent = []
const session = createForageSession({
  tokenSource: async () => ({ token: 'sandbox_token-' + (sent.length + 1), expires_in: 900 }),
  environment: 'sandbox',
  checkoutId: 'cart-1',
  fetch: async (_, init) => {
    sent.push(init.headers.get('Authorization'))
    return new Response(null, { status: sent.length === 1 ? 401 : 200 })
  },
})
const { status } = await session.fetch('https://api.sandbox.joinforage.app/api/orders/', { method: 'POST', body: '{}' })
session.close()
console.log(JSON.stringify({ status, sent }))
`

const oldest = node20()

test.skipIf(oldest === undefined)(
  'the built package runs in Node.js 20 and lets the process end',
  async () => {
    using built = await BuiltPackage.build()
    writeFileSync(join(built.folder, 'program.mjs'), program)
    const output = await mustRun(oldest!, [join(built.folder, 'program.mjs')])
    expect(JSON.parse(output)).toEqual({
      status: 200,
      sent: ['Bearer sandbox_token-1', 'Bearer sandbox_token-2'],
    })
  },
)
