import { describe, expect, it } from 'vitest'

import { createForageServer, memoryStore, type ForageServerOptions } from './index.ts'

const secret = 'do-not-print-me'
const good = { environment: 'sandbox', credentials: { clientId: 'id', clientSecret: secret } } as const

function messageOf(options: object): string {
  try {
    createForageServer(options as ForageServerOptions)
  } catch (error) {
    return error instanceof TypeError ? error.message : `not a TypeError: ${String(error)}`
  }
  return 'accepted'
}

describe('createForageServer', () => {
  it('takes an environment and credentials, and nothing else is required', () => {
    expect(messageOf(good)).toBe('accepted')
  })

  it.each([
    [
      { environment: 'prod' },
      'Option "environment" must be "sandbox", "production" or { apiUrl }, got "prod"',
    ],
    [{ environment: { apiUrl: 'http://api.example.com' } }, '"environment.apiUrl"'],
    [{ environment: { apiUrl: 'https://api.example.com/v1' } }, '"environment.apiUrl"'],
    [
      { environment: { apiUrl: 'https://a.example', tokenPath: 'https://b.example/' } },
      '"environment.tokenPath"',
    ],
    [{ environment: { apiUrl: 'https://a.example', tokenPath: '//b.example/' } }, '"environment.tokenPath"'],
    [{ pools: {} }, 'Option "pools"'],
    [{ pools: { 'a b': {} } }, 'got "a b"'],
    [{ pools: { web: { lifetimeSeconds: 86_399 } } }, '"pools.web.lifetimeSeconds"'],
    [{ pools: { web: { lifetimeSeconds: 2_592_001 } } }, 'got 2592001'],
    [{ pools: { web: { scope: '' } } }, '"pools.web.scope"'],
    [{ store: { get: () => null, set: () => null } }, '"store"'],
    [{ clientAuth: 'digest' }, 'got "digest"'],
  ])('refuses %o', (option, message) => {
    expect(messageOf({ ...good, ...option })).toContain(message)
  })

  it.each([86_400, 604_800, 2_592_000])('accepts a lifetime of %i seconds', (lifetimeSeconds) => {
    expect(messageOf({ ...good, pools: { web: { lifetimeSeconds } } })).toBe('accepted')
  })

  it.each(['http://localhost:4010', 'http://127.0.0.1:4010', 'http://[::1]:4010', 'http://emulator:4010'])(
    'accepts plain http on this machine: %s',
    (apiUrl) => expect(messageOf({ ...good, environment: { apiUrl } })).toBe('accepted'),
  )

  it('never shows a credential that is in the wrong place', () => {
    for (const credentials of [
      secret,
      [secret],
      { clientId: '', clientSecret: secret },
      { clientSecret: secret },
    ]) {
      const message = messageOf({ ...good, credentials })
      expect(message).toContain('Option "credentials')
      expect(message).not.toContain(secret)
    }
  })

  it('refuses a memory store that does not say that it is alone', () => {
    expect(() => memoryStore({} as never)).toThrow('"singleInstance" must be true, got undefined')
  })

  it('refuses the name of a pool that does not exist', () => {
    expect(() => createForageServer(good).pool('ios')).toThrow('Option "pool"')
  })
})
