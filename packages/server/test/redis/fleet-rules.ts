import { beforeAll, describe, expect, it } from 'vitest'

import { patientMs } from './clients.ts'
import { Failover } from './failover.ts'
import { Fleet, type ProgramOptions } from './fleet.ts'
import { UpstreamServer } from './upstream-server.ts'

/** The database of a store, which the processes of a fleet share. */
export interface FleetDatabase extends AsyncDisposable {
  readonly port: number
  /** Starts it again after `kill`. */
  start(): Promise<void>
  /** Stops it like a failing machine. */
  kill(): Promise<void>
}

/** The options of `describeFleet`. */
export interface FleetTestOptions<Database extends AsyncDisposable> {
  /** The name of the database. */
  name: string
  isInstalled: boolean
  start: () => Promise<Database>
  options: (database: Database, apiUrl: string, timeoutMs: number) => ProgramOptions
  compile: () => Promise<void>
}

export interface FleetRulesOptions<Database extends FleetDatabase> extends FleetTestOptions<Database> {
  /** Removes the slot from a database that was started again, unless it forgot the slot. */
  empty: (database: Database) => Promise<void>
  options: (address: { port: number }, apiUrl: string, timeoutMs: number) => ProgramOptions
}

/** The lease of 15 s, and one second more. */
export const lease = 16_000
export const minute = 60_000
/** Long enough that a busy machine is no outage, and short enough for a test to wait. */
export const outageMs = 3000

/** Declares the tests of processes that share a store. */
export function describeFleet<Database extends AsyncDisposable>({
  name,
  isInstalled,
  start,
  options,
  compile,
}: FleetTestOptions<Database>): void {
  describe.skipIf(!isInstalled)(`a fleet of processes on one ${name}`, () => {
    beforeAll(compile)

    it('twenty cold processes with fifty calls each make one token request', async () => {
      await using database = await start()
      await using upstream = await UpstreamServer.start()
      await using fleet = await Fleet.start(20, options(database, upstream.apiUrl, patientMs))
      upstream.isHolding = true
      const tokenLists = fleet.call('getTokens', 50)
      await upstream.arrived(1)
      // Every process has begun its calls once it answers this one.
      await fleet.call('health')
      upstream.answer()
      upstream.isHolding = false
      const tokens = (await tokenLists).flat()
      expect(upstream.tokenRequests).toBe(1)
      expect(new Set(tokens)).toEqual(new Set(upstream.issued))
    })

    it('another process mints after the lease of a killed process expires', async () => {
      await using database = await start()
      await using upstream = await UpstreamServer.start()
      await using fleet = await Fleet.start(2, options(database, upstream.apiUrl, patientMs))
      const [holder, other] = fleet.instances
      upstream.isHolding = true
      const lost = holder!.call('getToken')
      await upstream.arrived(1)
      holder!.signal('SIGKILL')
      await expect(lost).rejects.toThrow('The process has ended')
      upstream.isHolding = false
      const token = other!.call('getToken')
      await other!.call('advance', lease)
      expect(await token).toBe(upstream.issued.at(-1))
      expect(upstream.tokenRequests).toBe(2)
    })

    it('a process that paused past its lease is fenced, and its token is revoked', async () => {
      await using database = await start()
      await using upstream = await UpstreamServer.start()
      await using fleet = await Fleet.start(2, options(database, upstream.apiUrl, patientMs))
      const [paused, other] = fleet.instances
      upstream.isHolding = true
      const late = paused!.call('getToken')
      await upstream.arrived(1)
      paused!.signal('SIGSTOP')
      upstream.answer()
      upstream.isHolding = false
      const token = other!.call('getToken')
      await other!.call('advance', lease)
      const current = await token
      paused!.signal('SIGCONT')
      expect(await late).toBe(current)
      await paused!.saw('authentication-token-orphaned')
      expect(upstream.live).toEqual([current])
      expect(upstream.tokenRequests).toBe(2)
    })
  })
}

/** Declares the tests of processes whose store is down for a while. */
export function describeOutage<Database extends FleetDatabase>({
  name,
  isInstalled,
  start,
  empty,
  options,
  compile,
}: FleetRulesOptions<Database>): void {
  describe.skipIf(!isInstalled)(`server processes during an outage of ${name}`, () => {
    beforeAll(compile)

    it('three warm processes serve every caller while the store is down', async () => {
      await using database = await start()
      await using upstream = await UpstreamServer.start()
      await using fleet = await Fleet.start(3, options(database, upstream.apiUrl, outageMs))
      await fleet.call('getToken')
      await database.kill()
      await serveForMinutes(fleet)
      await fleet.call('mintSessionToken')
      expect(upstream.tokenRequests).toBe(1)
      expect(await fleet.call('health')).toEqual(fleet.instances.map(() => degraded))
    })

    it('three cold processes mint one private token each while the store is down, and share one token when it is back', async () => {
      await using database = await start()
      await using upstream = await UpstreamServer.start()
      await using fleet = await Fleet.start(3, options(database, upstream.apiUrl, outageMs))
      await database.kill()
      await serveForMinutes(fleet)
      expect(upstream.lifetimes).toEqual([86_400, 86_400, 86_400])
      expect(await fleet.call('health')).toEqual(fleet.instances.map(() => degraded))
      await database.start()
      await storeAvailable(fleet)
      await fleet.call('advance', minute)
      expect(new Set(await fleet.call('getToken')).size).toBe(1)
      expect(upstream.tokenRequests).toBeLessThanOrEqual(4)
    })

    it('three processes mint at most one token after the store came back empty, and no call fails', async () => {
      await using database = await start()
      await using upstream = await UpstreamServer.start()
      await using fleet = await Fleet.start(3, options(database, upstream.apiUrl, outageMs))
      await fleet.call('getToken')
      await database.kill()
      await fleet.call('advance', minute)
      await fleet.call('mintSessionToken')
      await database.start()
      await empty(database)
      await storeAvailable(fleet)
      await fleet.call('advance', minute)
      expect(new Set(await fleet.call('getToken')).size).toBe(1)
      expect(upstream.tokenRequests).toBeLessThanOrEqual(2)
      await wellAgain(fleet)
    })

    it('two processes end with one live token after a failover that lost a lease', async () => {
      await using primary = await start()
      await using successor = await start()
      await using address = await Failover.start(primary.port)
      await using upstream = await UpstreamServer.start()
      await using fleet = await Fleet.start(2, options(address, upstream.apiUrl, outageMs))
      const [holder, other] = fleet.instances
      upstream.isHolding = true
      const first = holder!.call('getToken')
      await upstream.arrived(1)
      address.to(successor.port)
      await primary.kill()
      const next = other!.call('getToken')
      await upstream.arrived(2)
      upstream.answer()
      upstream.answer()
      const tokens = await Promise.all([first, next])
      await fleet.call('advance', minute)
      const [current, ...others] = await fleet.call('getToken')
      expect(others).toEqual([current])
      expect(tokens).toContain(current)
      await Promise.race(fleet.instances.map((instance) => instance.saw('authentication-token-orphaned')))
      expect(upstream.live).toEqual([current])
    })
  })
}

export const well = expect.objectContaining({ ready: true, degraded: [] }) as unknown
const degraded = expect.objectContaining({
  ready: true,
  degraded: [expect.stringContaining('store')],
}) as unknown

async function serveForMinutes(fleet: Fleet): Promise<void> {
  for (let minutes = 0; minutes < 3; minutes++) {
    await fleet.call('mintSessionToken')
    await fleet.call('advance', minute)
  }
}

/** Makes calls until every instance has emitted that its store is available again. */
async function storeAvailable(fleet: Fleet): Promise<void> {
  const waiting = new Set(fleet.instances)
  const back = fleet.instances.map(async (instance) => {
    await instance.saw('store-available')
    waiting.delete(instance)
  })
  while (waiting.size > 0) await fleet.call('mintSessionToken')
  await Promise.all(back)
  // The last instance may still have a call in progress, and its clock must not move during it.
  await fleet.call('mintSessionToken')
}

/** A store that notifies of changes reconnects in a moment. */
async function wellAgain(fleet: Fleet): Promise<void> {
  const areWell = async (): Promise<boolean> =>
    (await fleet.call('health')).every((health) => health.degraded.length === 0)
  while (!(await areWell()));
  expect(await fleet.call('health')).toEqual(fleet.instances.map(() => well))
}
