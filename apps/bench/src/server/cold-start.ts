import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { hasPostgres, PostgresServer } from '../../../../packages/server/test/postgres/postgres-server.ts'
import { hasRedis, RedisServer } from '../../../../packages/server/test/redis/redis-server.ts'
import { median } from '../median.ts'
import type { SharedStore } from './cold-store.ts'

export interface ColdStart {
  /** The number of token requests of all processes together. */
  requests: number
  /** The ms after which half of the calls had their token. */
  p50: number
}

export interface ColdStarts {
  fleet: ColdStart
  /** One process with one call. It shows the time of one mint. */
  alone: ColdStart
}

export const processes = 20
export const callsEach = 50
export const mintMs = 150
const rounds = 3

/** Measures cold starts on one Redis. Returns undefined if Redis is not installed. */
export async function coldStartsOnRedis(): Promise<ColdStarts | undefined> {
  if (!hasRedis) return undefined
  await using redis = await RedisServer.start()
  return await coldStarts({ redisPort: redis.port })
}

/** Measures cold starts on one PostgreSQL. Returns undefined if PostgreSQL is not installed. */
export async function coldStartsOnPostgres(): Promise<ColdStarts | undefined> {
  if (!hasPostgres) return undefined
  await using postgres = await PostgresServer.start()
  return await coldStarts({ databaseUrl: postgres.url })
}

/** Measures cold starts on one SQLite file. */
export async function coldStartsOnSqlite(): Promise<ColdStarts> {
  const folder = mkdtempSync(join(tmpdir(), 'forage-bench-'))
  try {
    return await coldStarts({ sqliteFile: join(folder, 'tokens.sqlite') })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Starts processes on one empty store and calls all of them at once. */
async function coldStarts(store: SharedStore): Promise<ColdStarts> {
  const api = await startApi()
  try {
    const of = (count: number, calls: number, name: string): Promise<ColdStart> =>
      middle((round) => coldStart({ count, calls, api, store, clientId: `${name}-${round}` }))
    return { alone: await of(1, 1, 'alone'), fleet: await of(processes, callsEach, 'fleet') }
  } finally {
    api.server.close()
  }
}

async function middle(run: (round: number) => Promise<ColdStart>): Promise<ColdStart> {
  const all: ColdStart[] = []
  for (let round = 0; round < rounds; round += 1) all.push(await run(round))
  const requests = Math.max(...all.map((each) => each.requests))
  return { requests, p50: median(all.map((each) => each.p50)) }
}

interface Round {
  count: number
  calls: number
  api: Api
  store: SharedStore
  /** A new client ID means a new slot. */
  clientId: string
}

/** What `cold-process.ts` receives. */
export type ColdProcessOptions = Omit<Round, 'api' | 'count'> & { apiUrl: string }

async function coldStart({ count, calls, api, store, clientId }: Round): Promise<ColdStart> {
  const options: ColdProcessOptions = { store, clientId, calls, apiUrl: api.url }
  const fleet = Array.from({ length: count }, () =>
    fork(new URL('cold-process.ts', import.meta.url), [JSON.stringify(options)]),
  )
  try {
    await Promise.all(fleet.map((each) => messageOf(each)))
    const before = api.requests
    const times = fleet.map((each) => messageOf<number[]>(each))
    for (const each of fleet) each.send('go')
    const p50 = median((await Promise.all(times)).flat())
    return { requests: api.requests - before, p50 }
  } finally {
    for (const each of fleet) each.disconnect()
  }
}

async function messageOf<T>(child: ChildProcess): Promise<T> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`A process ended with ${String(code)}`)
  })
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [T]
  return message
}

interface Api {
  server: Server
  url: string
  requests: number
}

/** Starts a token endpoint that is as slow as Forage's. */
async function startApi(): Promise<Api> {
  const api: Api = { server: createServer(), url: '', requests: 0 }
  api.server.on('request', (request, response) => {
    api.requests += 1
    request.resume()
    const token = { access_token: `sandbox_${'x'.repeat(30)}`, token_type: 'Bearer', expires_in: 604_800 }
    setTimeout(() => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(token))
    }, mintMs)
  })
  api.server.listen(0, '127.0.0.1')
  await once(api.server, 'listening')
  api.url = `http://127.0.0.1:${(api.server.address() as AddressInfo).port}`
  return api
}
