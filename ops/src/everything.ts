import { minutesOf, outages, type Outage } from './outages.ts'
import type { RecordedSeries } from './prometheus/series.ts'
import { shopOrigin } from './sample/customer.ts'
import { apiUrl } from './sample/instance.ts'
import { createSample, type Sample } from './sample/sample.ts'
import { whileTimePasses } from './sample/while-time-passes.ts'

/**
 * Returns what Prometheus read in the first minutes of every outage and of some rare cases: each metric of the server,
 * with each value of its labels that a rule may name.
 */
export async function seriesOfEverything(): Promise<RecordedSeries> {
  const all = new Map<string, readonly (number | undefined)[]>()
  for (const outage of [...outages, ...rareCases])
    for (const [name, values] of await firstMinutes(outage)) all.set(name, values)
  return all
}

async function firstMinutes(outage: Outage): Promise<RecordedSeries> {
  const sample = await createSample(outage.options)
  await outage.before?.(sample)
  await sample.pass(1)
  await outage.begin(sample)
  for (let minute = 0; minute < Math.min(outage.noticedAfter ?? 4, minutesOf(outage).outage); minute += 1) {
    await outage.eachMinute?.(sample, minute)
    await sample.pass(1)
  }
  await sample.close()
  return sample.recorded
}

/** Cases that no outage causes within minutes. */
const rareCases: readonly Outage[] = [
  {
    name: 'the client has 1000 tokens already',
    alerts: [],
    before: async ({ emulator }) => {
      for (let i = 0; i < 1000; i += 1) await emulator.fetch(tokenRequest(emulator))
    },
    begin: () => {},
  },
  {
    name: 'a pool is compromised while a token request is in progress',
    alerts: [],
    begin: async ({ instances, line, clock, emulator }) => {
      const [first, second] = instances
      await whileTimePasses(clock, first!.forage.pool('web').getToken())
      line.disturbance = async (path) => {
        if (path !== '/o/token/') return undefined
        line.disturbance = undefined
        await second!.forage.pool('web').compromise({ reason: 'drill' })
        return await emulator.fetch(tokenRequest(emulator))
      }
      await whileTimePasses(
        clock,
        first!.forage
          .pool('web')
          .rotate()
          .catch(() => undefined),
      )
    },
  },
  {
    name: 'requests that no page of ours sends',
    alerts: [],
    begin: async ({ world }) => {
      const headers = {
        'Content-Type': 'application/json',
        Origin: shopOrigin,
        'Sec-Fetch-Site': 'same-origin',
      }
      const requests: RequestInit[] = [
        { method: 'GET', headers },
        { method: 'POST', headers: { ...headers, 'Content-Type': 'text/plain' }, body: '{}' },
        { method: 'POST', headers, body: JSON.stringify({ checkout_id: 'x'.repeat(10_000) }) },
      ]
      for (const request of requests)
        await world.shop(new Request(`${shopOrigin}/api/forage/session-token`, request))
    },
  },
]

function tokenRequest({ clientId, clientSecret }: Sample['emulator']): Request {
  const fields = { client_id: clientId, client_secret: clientSecret, grant_type: 'client_credentials' }
  const body = new URLSearchParams({ ...fields, scope: 'pinpad_only', expiration_time: '86400' })
  return new Request(`${apiUrl}/o/token/`, { method: 'POST', body })
}
