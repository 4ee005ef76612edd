import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { describe, expect, test, vi } from 'vitest'

import { DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET } from '../src/index.ts'

// Each test starts a process, which alone takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const cli = fileURLToPath(new URL('../src/cli.ts', import.meta.url))

interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command to its end. Sends the signal as soon as the command says how to end it. */
async function command(...flags: string[]): Promise<Finished> {
  const child = spawn(process.execPath, [cli, ...flags])
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
    if (stdout.includes('Ctrl-C ends it.')) child.kill('SIGINT')
  })
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  await once(child, 'close')
  return { code: child.exitCode, stdout, stderr }
}

/** Starts the command and leaves it running. Returns its URLs. */
async function started(
  ...flags: string[]
): Promise<{ url: string; vault: string; kill(): Promise<unknown> }> {
  const child = spawn(process.execPath, [cli, '--port', '0', ...flags])
  const ended = once(child, 'close')
  let stdout = ''
  for await (const chunk of child.stdout) {
    stdout += String(chunk)
    if (stdout.includes('Ctrl-C ends it.')) break
  }
  const [url = '', vault = ''] = stdout.match(/http:\/\/127\.0\.0\.1:\d+(?=\n)/g) ?? []
  // Ends it like a machine that loses power.
  const kill = async (): Promise<unknown> => (child.kill('SIGKILL'), await ended)
  return { url, vault, kill }
}

async function post(
  url: string,
  headers: Record<string, string>,
  body: unknown,
): Promise<Record<string, string>> {
  const init = { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers } }
  const response = await fetch(url, { ...init, body: JSON.stringify(body) })
  return (await response.json()) as Record<string, string>
}

test('a payment whose capture was interrupted by a kill is captured once after a restart with the same --state', async () => {
  const state = join(mkdtempSync(join(tmpdir(), 'forage-emulator-')), 'state.sqlite')
  const before = await started('--state', state)
  const issued = await fetch(`${before.url}/o/token/`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope: 'pinpad_only',
      client_id: DEFAULT_CLIENT_ID,
      client_secret: DEFAULT_CLIENT_SECRET,
    }),
  })
  const { access_token: parent } = (await issued.json()) as { access_token: string }
  const merchant = { Authorization: `Bearer ${parent}`, 'Merchant-Account': '123ab45c67' }
  const { token } = await post(`${before.url}/api/session_token/`, merchant, {})
  const card = { type: 'ebt', card: { number: '9999420000000001' } }
  const method = (await post(`${before.url}/api/payment_methods/`, merchant, card)) as unknown as {
    ref: string
    card: { token: string }
  }
  const order = { funding_type: 'ebt_snap', amount: '20.00', payment_method: method.ref, is_delivery: false }
  const key = { 'Idempotency-Key': 'order-1' }
  const { ref } = await post(`${before.url}/api/payments/`, { ...merchant, ...key }, order)
  await before.kill()

  const after = await started('--state', state)
  try {
    const customer = { ...merchant, Authorization: `Bearer ${token}`, 'Idempotency-Key': String(ref) }
    const pin = { pin: '1234', card_number_token: method.card.token.split(',')[2] }
    const capture = (): Promise<Record<string, string>> =>
      post(`${after.vault}/proxy/api/payments/${ref}/capture/`, customer, pin)
    const outcomes = await Promise.all([capture(), capture()])
    expect((await capture())['status']).toBe('succeeded')
    expect(outcomes.some(({ status }) => status === 'succeeded')).toBe(true)
    const counts = await fetch(`${after.url}/_emulator/counts`)
    expect(await counts.json()).toEqual({ authenticationTokens: 1, sessionTokens: 1, captures: 1 })
  } finally {
    await after.kill()
    rmSync(dirname(state), { recursive: true })
  }
})

/** Starts the command with these flags and returns the tokens that it issues to the client `shop`. */
async function mintBy(...flags: string[]): Promise<{ parent: string; status: number; head: unknown }> {
  const { url, kill } = await started(...flags)
  const body = new URLSearchParams({ grant_type: 'client_credentials', scope: 'pinpad_only' })
  const headers = { Authorization: `Basic ${btoa('shop:shop-secret')}` }
  const issued = await fetch(`${url}/o/token/`, { method: 'POST', headers, body })
  const { access_token: parent } = (await issued.json()) as { access_token: string }
  const merchant = { Authorization: `Bearer ${parent}`, 'Merchant-Account': '123ab45c67' }
  const minted = await fetch(`${url}/api/session_token/`, { method: 'POST', headers: merchant })
  const { token } = (await minted.json()) as { token: string }
  await kill()
  const head: unknown = JSON.parse(
    Buffer.from(token.split('_')[1]?.split('.')[0] ?? '', 'base64url').toString(),
  )
  return { parent, status: minted.status, head }
}

test('a reader of the output that leaves early gets no stack trace from the check', async () => {
  const child = spawn(process.execPath, [cli, 'check', '--help'])
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  child.stdout.destroy()
  await once(child, 'close')
  expect({ code: child.exitCode, stderr }).toEqual({ code: 0, stderr: '' })
})

describe('forage-emulator', () => {
  test('forage-emulator prints its URLs, credentials and test data, and Ctrl-C ends it', async () => {
    const { code, stdout, stderr } = await command('--port', '0', '--merchant', 'aaaaaaaaaa')
    expect([code, stderr]).toEqual([0, ''])
    for (const fact of [
      /API +http:\/\/127\.0\.0\.1:\d+/,
      /Vault +http:\/\/127/,
      'aaaaaaaaaa (FNS 9000055)',
      '9999 42',
    ])
      expect(stdout).toMatch(fact)
    expect(stdout).toContain(DEFAULT_CLIENT_SECRET)
  })

  test('forage-emulator --help explains every flag', async () => {
    const { code, stdout } = await command('--help')
    expect(code).toBe(0)
    const explained = stdout.match(/^ {2}--[\w-]+/gm)?.map((flag) => flag.trim())
    expect(explained).toEqual(
      '--port --vault-port --host --client-id --client-secret --merchant --card --seed --state --switch --webhook --webhook-secret --help'.split(
        ' ',
      ),
    )
  })

  test('forage-emulator applies --seed, --switch and the credentials', async () => {
    const client = ['--client-id', 'shop', '--client-secret', 'shop-secret']
    const flags = [...client, '--switch', 'sessionTokenStatus=201', '--switch', 'tokenFormat=jwt']
    const [first, second] = [await mintBy('--seed', '7', ...flags), await mintBy('--seed', '7', ...flags)]
    expect(first).toMatchObject({ status: 201, head: { alg: 'HS256' } })
    expect(second.parent).toBe(first.parent)
    expect((await mintBy('--seed', '8', ...flags)).parent).not.toBe(first.parent)
  })

  test.each([
    [['--port', 'x'], '--port has to be a whole number from 0 to 65535, got "x".'],
    [['--port', '0', '--switch', 'tokenCap=maybe'], 'The switch `tokenCap` has to be one of reject, evict'],
    [['--port', '0', '--card', 'mine'], 'The ref of a card has to be 10 hex digits, got "mine".'],
    [['--port', '0', '--webhook', 'nowhere'], '`webhooks`: the url has to be one of http or https'],
    [['--port', '0', '--state', '/nowhere/state.sqlite'], 'could not be opened'],
    [['--nonsense'], "Unknown option '--nonsense'"],
    [['--port', '0', '--merchant', 'a b'], '`merchants` has to name at least one Merchant ID'],
  ])(
    'forage-emulator with the flags %o prints one sentence and exits with code 2',
    async (flags, sentence) => {
      const { code, stderr } = await command(...flags)
      expect(code).toBe(2)
      expect(stderr).toContain(sentence)
      expect(stderr.trim().split('\n')).toHaveLength(1)
    },
  )
})
