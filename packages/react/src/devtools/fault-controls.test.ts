import { createForageSession, type ForageEnvironment } from '@forage-session/core'
import { createEmulator } from '@forage-session/emulator'
import { expect, test, vi } from 'vitest'

import { causeFault, findFaultControls, type Send } from './fault-controls.ts'
import { createSessionFaults } from './session-faults.ts'

const tokenSource = (): Promise<string> => Promise.resolve('sandbox_unused')
const refusedConnection: Send = () => Promise.reject(new TypeError('Failed to fetch'))

const emulated = { apiUrl: 'http://127.0.0.1:4010' }

function sessionAt(environment: ForageEnvironment): ReturnType<typeof createForageSession> {
  const fetch = vi.fn<typeof globalThis.fetch>(() => refusedConnection(''))
  return createForageSession({ environment, tokenSource, fetch })
}

test('the faults that wrap the session’s fetch are found', async () => {
  const faults = createSessionFaults()
  const fetch = vi.fn<typeof globalThis.fetch>()
  const session = createForageSession({
    environment: 'sandbox',
    tokenSource: faults.tokenSource(tokenSource),
    fetch: faults.fetch(fetch),
  })
  expect(await findFaultControls(session, undefined, refusedConnection)).toEqual({ kind: 'faults', faults })
  expect(fetch).not.toHaveBeenCalled()
})

test('the faults of another session are not used', async () => {
  createSessionFaults().fetch()
  const controls = await findFaultControls(sessionAt('sandbox'), undefined, refusedConnection)
  expect(controls.kind).toBe('none')
})

test('only hosts on this machine are checked for an emulator', async () => {
  const send = vi.fn<Send>()
  await findFaultControls(sessionAt('sandbox'), undefined, send)
  await findFaultControls(sessionAt({ apiUrl: 'https://localhost.example.com' }), undefined, send)
  expect(send).not.toHaveBeenCalled()
})

test('a server on this machine that is no emulator is not used', async () => {
  for (const response of [new Response('<html>'), new Response(null, { status: 404 })]) {
    const controls = await findFaultControls(sessionAt(emulated), undefined, () => Promise.resolve(response))
    expect(controls).toMatchObject({ kind: 'none', reason: expect.stringContaining('createSessionFaults()') })
  }
})

test('the emulator is found, and it accepts the command of each fault', async () => {
  const emulator = createEmulator()
  const statuses: number[] = []
  const send: Send = async (url, init) => {
    const response = await emulator.fetch(new Request(url, init))
    statuses.push(response.status)
    return response
  }
  const controls = await findFaultControls(sessionAt(emulated), undefined, send)
  expect(controls).toEqual({ kind: 'emulator', apiUrl: emulated.apiUrl })
  for (const fault of ['expireNow', 'rejectNext', 'failNext', 'slowNext'] as const) {
    await causeFault(controls, fault, send)
  }
  expect(statuses).toEqual([200, 200, 200, 200, 200])
})

test('a command that the emulator refuses throws an error', async () => {
  const controls = { kind: 'emulator', apiUrl: emulated.apiUrl } as const
  const send: Send = () => Promise.resolve(new Response(null, { status: 403 }))
  await expect(causeFault(controls, 'expireNow', send)).rejects.toThrow('403')
})
