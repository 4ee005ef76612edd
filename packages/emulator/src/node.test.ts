import { createServer } from 'node:net'

import { expect, test } from 'vitest'

import type { Emulator } from './app/emulator.ts'
import type { Fault } from './context/faults.ts'
import { startEmulator } from './node.ts'

test('the API and the vault are two origins of one emulator', async () => {
  const { emulator, url, vaultUrl, close } = await startEmulator({ port: 0 })
  expect(new URL(url).port).not.toBe(new URL(vaultUrl).port)
  expect(await (await fetch(`${url}/sdk/forage.js`)).text()).toContain(
    JSON.stringify({ api: url, vault: vaultUrl }),
  )
  await fetch(`${url}/o/token/`, { method: 'POST' })
  const capture = await fetch(`${vaultUrl}/proxy/api/payments/x/capture/`, { method: 'POST' })
  expect(capture.headers.get('date')).not.toBeNull()
  expect(emulator.control.requests().map((request) => request.path)).toEqual([
    '/o/token/',
    '/proxy/api/payments/x/capture/',
  ])
  await close()
})

test('an emulator that listens on every address names one that its control page answers to', async () => {
  const { url, vaultUrl, close } = await startEmulator({ port: 0, host: '0.0.0.0' })
  expect([new URL(url).hostname, new URL(vaultUrl).hostname]).toEqual(['127.0.0.1', '127.0.0.1'])
  expect((await fetch(`${url}/_emulator/counts`)).status).toBe(200)
  await close()
})

test('an answer without a body says that its length is 0, except a 204', async () => {
  const { emulator, url, vaultUrl, close } = await startEmulator({ port: 0 })
  const { clientId, clientSecret } = emulator
  const revocation = { client_id: clientId, client_secret: clientSecret, token: 'unknown' }
  const revoked = await fetch(`${url}/o/revoke_token/`, {
    method: 'POST',
    body: new URLSearchParams(revocation),
  })
  expect([revoked.status, revoked.headers.get('content-length')]).toEqual([200, '0'])
  const preflight = await fetch(`${vaultUrl}/proxy/api/payments/x/capture/`, {
    method: 'OPTIONS',
    headers: { Origin: 'https://shop.example', 'Access-Control-Request-Method': 'POST' },
  })
  expect([preflight.status, preflight.headers.get('content-length')]).toEqual([204, null])
  await close()
})

test('close() ends idle connections', async () => {
  const { url, close } = await startEmulator({ port: 0 })
  await (await fetch(`${url}/_emulator/counts`)).json()
  await close()
  await expect(fetch(url)).rejects.toThrow('fetch failed')
})

test('the Date header moves with the emulator’s time', async () => {
  const clock = { now: () => 0, setTimeout: () => 0, clearTimeout: () => {} }
  const { url, close } = await startEmulator({ port: 0, clock })
  const response = await fetch(`${url}/api/payments/`)
  expect(response.headers.get('date')).toBe('Thu, 01 Jan 1970 00:00:00 GMT')
  await close()
})

test.each<[string, Record<string, string>, Fault?]>([
  ['to a server', {}],
  ['to a page of another origin', { Origin: 'https://shop.example' }],
  ['that a fault truncates', {}, { kind: 'truncate', path: '/api/' }],
  ['that a fault replaces with a redirect', {}, { kind: 'redirect', path: '/api/', when: 'after' }],
])('an answer %s is the same with a port and without', async (_, headers, fault) => {
  const clock = { now: () => 0, setTimeout: () => 0, clearTimeout: () => {} }
  const switches = { clientAuthenticationTokens: 'accept' } as const
  const { emulator, url, close } = await startEmulator({ port: 0, clock, switches })
  const authorization = await authorize(emulator, url)
  const answer = async (send: (request: Request) => Promise<Response>): Promise<unknown> => {
    if (fault) emulator.control.fault(fault)
    const response = await send(
      new Request(`${url}/api/session_token/`, {
        method: 'POST',
        headers: { ...headers, Authorization: authorization, 'Merchant-Account': '123ab45c67' },
        redirect: 'manual',
      }),
    )
    const names = ['content-type', 'date', 'location', 'access-control-allow-origin']
    const length = (await response.text()).length
    return { status: response.status, length, headers: names.map((name) => response.headers.get(name)) }
  }
  const withPort = await answer((request) => fetch(request))
  expect(withPort).toMatchObject(fault?.kind === 'redirect' ? { status: 307, length: 0 } : { status: 200 })
  expect(await answer((request) => emulator.fetch(request))).toEqual(withPort)
  await close()
})

async function authorize({ fetch, clientId, clientSecret }: Emulator, url: string): Promise<string> {
  const body = new URLSearchParams({ grant_type: 'client_credentials', scope: 'pinpad_only' })
  const headers = { Authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` }
  const response = await fetch(new Request(`${url}/o/token/`, { method: 'POST', headers, body }))
  const { access_token } = (await response.json()) as { access_token: string }
  return `Bearer ${access_token}`
}

test('a port in use rejects with one clear message', async () => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const address = taken.address()
  const port = typeof address === 'object' && address ? address.port : 0
  await expect(startEmulator({ port, vaultPort: 0 })).rejects.toThrow(`Port ${port} on 127.0.0.1 is in use`)
  await new Promise((resolve) => taken.close(resolve))
})

test('startEmulator() does not replace the global Request', async () => {
  const before = globalThis.Request
  const { close } = await startEmulator({ port: 0 })
  expect(globalThis.Request).toBe(before)
  await close()
})
