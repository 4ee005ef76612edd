// Runs the emulator and a bare application of the same framework in one child process, for load in turn.
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { startEmulator } from '@forage-session/emulator/node'
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'

export interface Servers {
  readonly emulator: string
  readonly bare: string
  /** The `Authorization` header for the emulator. */
  readonly authorization: string
}

async function authorize(url: string, id: string, secret: string): Promise<string> {
  const response = await fetch(new URL('/o/token/', url), {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa(`${id}:${secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'pinpad_only' }),
  })
  const { access_token: token } = (await response.json()) as { access_token: string }
  return `Bearer ${token}`
}

/** Starts an application that gives the emulator's answer and does nothing else. */
async function startBare(): Promise<string> {
  const app = new Hono()
  const token = `sandbox_${'a'.repeat(70)}.bbbbbb.${'c'.repeat(43)}`
  app.post('/api/session_token/', (c) => c.json({ token }))
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const { emulator, url } = await startEmulator({ port: 0, switches: { requestLimit: 'off' } })
const authorization = await authorize(url, emulator.clientId, emulator.clientSecret)
process.send?.({ emulator: url, bare: await startBare(), authorization } satisfies Servers)
process.once('disconnect', () => process.exit())
