import { startEmulator, type RunningEmulator } from '@forage-session/emulator/node'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { credentials, forageTokens, forageTokensHere } from './forage-tokens.ts'
import { startForwarding } from './forwarding-host.ts'

let running: RunningEmulator
let env: Record<string, string>

beforeEach(async () => {
  running = await startEmulator({ port: 0, switches: { requestLimit: 'off' } })
  const merchant = running.emulator.merchants[0]!.id
  env = { ...credentials, FORAGE_ENVIRONMENT: running.url, FORAGE_MERCHANT_ID: merchant }
})
afterEach(() => running.close())

describe('forage-tokens drill', () => {
  it('`forage-tokens drill` rotates under load without a failing session token, and proves that a compromised pool is dead', async () => {
    const { code, json } = await forageTokens(['drill', '--json'], env)
    expect(json).toMatchObject({
      command: 'drill',
      ok: true,
      store: 'memory',
      rotation: { sessionTokens: 60, failed: 0, unknown: 0 },
      compromise: {
        tokens: [{ dead: true }, { dead: true }],
        sessionTokens: { issued: 60, alive: 0, unknown: 0 },
        others: { issued: 5, alive: 5, unknown: 0 },
        recoveryMs: expect.any(Number),
        firstGoodMs: expect.any(Number),
      },
    })
    expect(code).toBe(0)
  })

  it('`forage-tokens drill` prints the time to recovery for people, and stays within the request limit of one address', async () => {
    await running.close()
    running = await startEmulator({ port: 0 })
    const { code, stdout } = await forageTokens(['drill'], { ...env, FORAGE_ENVIRONMENT: running.url })
    expect(stdout).toMatch(/0 of 60 session tokens failed/)
    expect(stdout).toMatch(/Time to recovery: \d+ ms to a new token, \d+ ms to a working checkout/)
    expect(code).toBe(0)
  })

  it('`forage-tokens drill` leaves no live token behind', async () => {
    await forageTokensHere(['drill'], env)
    expect(running.emulator.control.revokeAuthenticationTokens()).toBe(0)
  })

  it('`forage-tokens drill` refuses a host other than the emulator unless both --host and --yes confirm it', async () => {
    await using other = await startForwarding(running.url)
    const there = { ...env, FORAGE_ENVIRONMENT: other.url }
    const attempts = [
      ['drill'],
      ['drill', '--yes'],
      ['drill', '--host', other.host],
      ['drill', '--host', 'x', '--yes'],
    ]
    for (const args of attempts) {
      const { code, stderr } = await forageTokensHere(args, there)
      expect({ args, code }).toEqual({ args, code: 2 })
      expect(stderr).toContain(`--host ${other.host} --yes`)
    }
    expect(running.emulator.control.counts().authenticationTokens).toBe(0)
    const confirmed = await forageTokensHere(['drill', '--host', other.host, '--yes', '--json'], there)
    expect(confirmed).toMatchObject({ code: 0, json: { ok: true, host: other.host } })
  })

  it('`forage-tokens drill` fails if the API confirms revocations without revoking', async () => {
    await using lying = await startForwarding(running.url, (path) =>
      path === '/o/revoke_token/' ? { status: 200 } : undefined,
    )
    const args = ['drill', '--host', lying.host, '--yes', '--json']
    const { code, json } = await forageTokensHere(args, { ...env, FORAGE_ENVIRONMENT: lying.url })
    expect(json).toMatchObject({
      ok: false,
      compromise: { tokens: [{ dead: false }, { dead: false }], sessionTokens: { alive: 60 } },
    })
    expect(code).toBe(1)
  })

  it('`forage-tokens drill` fails without a verdict if the API throttles', async () => {
    running.emulator.control.fault({ kind: 'rate-limit', path: '/api/payment_methods/*', count: 10_000 })
    const { code, stdout } = await forageTokensHere(['drill'], env)
    expect(stdout).toContain('calls got no verdict')
    expect(code).toBe(1)
  })

  it('`forage-tokens drill` requires a merchant', async () => {
    const { FORAGE_MERCHANT_ID: _, ...without } = env
    const { code, stderr } = await forageTokensHere(['drill'], without)
    expect(stderr).toContain('FORAGE_MERCHANT_ID is not set')
    expect(code).toBe(2)
  })
})
