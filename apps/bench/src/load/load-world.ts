import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Fault } from '@forage-session/emulator'

import { RedisServer } from '../../../../packages/server/test/redis/redis-server.ts'
import type { RealTarget } from '../../../checkout/src/forage-target.ts'
import type { BackendSettings } from './backend-process.ts'
import type { EmulatorReady, EmulatorSettings } from './emulator-process.ts'
import { startProcess, type ServerProcess } from './processes.ts'
import type { Usage } from './usage.ts'

export interface Counts {
  readonly authenticationTokens: number
  readonly sessionTokens: number
  readonly captures: number
}

/** Emulator, Redis and merchant backend, each in a separate process. */
export interface LoadWorld extends AsyncDisposable {
  readonly shopUrl: string
  readonly apiUrl: string
  readonly vaultUrl: string
  readonly customers: readonly string[]
  counts(): Promise<Counts>
  /** Revokes every authentication token, and with them every session token. Returns their number. */
  revoke(): Promise<number>
  fault(fault: Fault): Promise<void>
  /** Returns the backend's memory and sockets. */
  backendUsage(): Promise<Usage>
  /** Kills the backend in the middle of its work and starts it again. */
  restartBackend(): Promise<void>
}

export interface LoadWorldOptions {
  readonly customers: number
  readonly limiter: boolean
}

export async function startWorld({ customers, limiter }: LoadWorldOptions): Promise<LoadWorld> {
  await using started = new AsyncDisposableStack()
  const redis = started.use(await RedisServer.start())
  const state = mkdtempSync(join(tmpdir(), 'forage-load-'))
  started.defer(() => rmSync(state, { recursive: true }))
  const port = await freePort()
  const shopUrl = `http://127.0.0.1:${port}`
  const webhooks = { url: `${shopUrl}/api/webhooks/forage`, secret: 'load' }
  const emulator = await startProcess<EmulatorReady>('emulator-process.ts', {
    limiter,
    webhooks,
  } satisfies EmulatorSettings)
  started.defer(() => emulator.kill())
  const names = Array.from({ length: customers }, (_, index) => `customer-${index}`)
  const settings: BackendSettings = {
    port,
    target: targetOf(emulator.ready, webhooks.secret),
    redisUrl: `redis://127.0.0.1:${redis.port}`,
    state,
    customers: names.map((id) => ({ id, name: id })),
    limiter,
  }
  const startBackend = (): Promise<ServerProcess<unknown>> => startProcess('backend-process.ts', settings)
  let backend = await startBackend()
  started.defer(() => backend.kill())
  const { url: apiUrl, vaultUrl } = emulator.ready
  const kept = started.move()
  return {
    shopUrl,
    apiUrl,
    vaultUrl,
    customers: names,
    counts: () => requestJson<Counts>(`${apiUrl}/_emulator/counts`),
    revoke: async () => (await requestJson<{ revoked: number }>(`${apiUrl}/_emulator/revoke`, {})).revoked,
    fault: (fault) => requestJson(`${apiUrl}/_emulator/faults`, fault),
    backendUsage: () => backend.usage(),
    async restartBackend() {
      await backend.kill()
      backend = await startBackend()
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

function targetOf({ url, vaultUrl, credentials }: EmulatorReady, webhookSecret: string): RealTarget {
  return {
    kind: 'real',
    environment: 'sandbox',
    apiUrl: url,
    vaultUrl,
    sdkUrl: `${url}/sdk/forage.js`,
    credentials,
    merchantAccount: 'mid/123ab45c67',
    webhookSecret,
  }
}

/** Repeats a failed request once, because the server may close a kept connection at the moment of its use. */
async function fetchTwice(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch {
    return await fetch(url, init)
  }
}

async function requestJson<T>(url: string, body?: object): Promise<T> {
  const response = await fetchTwice(url, body ? { method: 'POST', body: JSON.stringify(body) } : {})
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => {
    server.close(resolve)
  })
  return port
}
