import { readFile } from 'node:fs/promises'
import { runInNewContext } from 'node:vm'

import { describe, expect, test } from 'vitest'

import { createEmulator } from '../src/index.ts'

async function served(path: string, vaultUrl?: string): Promise<string> {
  const emulator = createEmulator(vaultUrl === undefined ? {} : { vaultUrl })
  return (await emulator.fetch(new Request(`http://api.example${path}`))).text()
}

/** Returns the top-level functions of a served file. They call each other, so a missing one fails only at run time. */
async function functionsOf(file: string): Promise<string[]> {
  const source = await readFile(new URL(`../src/sdk/${file}`, import.meta.url), 'utf8')
  return [...source.matchAll(/^(?:async )?function (\w+)/gm)].map(([, name = '']) => name)
}

interface ForageGlobal {
  Forage(config: object): object
}

function run(script: string): ForageGlobal {
  const window = { Forage: (): object => ({}) }
  runInNewContext(script, { window })
  return window
}

describe('the SDK script', () => {
  test.each([
    ['/sdk/forage.js', 'forage-sdk.ts'],
    ['/sdk/forage.js', 'forage-calls.ts'],
    ['/sdk/forage.js', 'sdk-elements.ts'],
    ['/sdk/input/', 'secure-input.ts'],
    ['/sdk/input/', 'input-form.ts'],
  ])('%s contains every function of %s and no import of a bundler', async (path, file) => {
    const script = await served(path)
    for (const name of await functionsOf(file)) expect(script).toContain(`function ${name}(`)
    expect(script).not.toMatch(/__vi_import|__name|import\(/)
  })

  test('the SDK script sets the documented factory on window', async () => {
    const forage = run(await served('/sdk/forage.js')).Forage({
      merchantId: 'mid/123ab45c67',
      sessionToken: 'sandbox_x',
      customerId: 'c',
    })
    expect(Object.keys(forage)).toEqual([
      'create',
      'tokenizeCard',
      'checkBalance',
      'capturePayment',
      'deferPaymentCapture',
      'tokenizeEbtCardNumber',
      'createEbtPinBalanceCheck',
      'captureEbtPinPayment',
    ])
  })

  test('the SDK script refuses a config without its three required values', async () => {
    const { Forage } = run(await served('/sdk/forage.js'))
    expect(() => Forage({ merchantId: 'mid/123ab45c67', customerId: 'c' })).toThrow(
      '`sessionToken` is required',
    )
  })

  test('the SDK script calls the origin that served it, and loads its inputs from the vault', async () => {
    expect(await served('/sdk/forage.js', 'http://vault.example:1')).toContain(
      '{"api":"http://api.example","vault":"http://vault.example:1"}',
    )
    expect(await served('/sdk/forage.js')).toContain(
      '{"api":"http://api.example","vault":"http://api.example"}',
    )
  })

  // An Android emulator calls this machine 10.0.2.2, and another container calls it by a name.
  test('the SDK script loads its inputs under the name by which the page reached this machine', async () => {
    for (const vaultUrl of ['http://127.0.0.1:1', 'http://localhost:1', 'http://[::1]:1'])
      expect(await served('/sdk/forage.js', vaultUrl)).toContain(
        '{"api":"http://api.example","vault":"http://api.example:1"}',
      )
  })
})
