import type { RecordedSeries } from '../prometheus/series.ts'
import { noConnection } from '../sample/forage-line.ts'
import { createSample, scrapeIntervalMs, type Sample } from '../sample/sample.ts'

/** The life of the sample in the picture. */
export interface Story {
  readonly series: RecordedSeries
  /** The time of the first scrape, in seconds. */
  readonly startsAt: number
  readonly minutes: number
  readonly marks: readonly Mark[]
}

/** A time in which something is wrong, in minutes from the start. */
export interface Mark {
  readonly from: number
  readonly to: number
  readonly label: string
}

const marks: readonly Mark[] = [
  { from: 40, to: 60, label: 'Forage does not answer' },
  { from: 90, to: 90, label: 'someone revokes the token' },
  { from: 120, to: 140, label: 'the store is down' },
]
const minutes = 180

/** Lives through three hours with an outage of Forage, a revoked token and an outage of the store. */
export async function liveThroughStory(): Promise<Story> {
  const sample = await createSample()
  const startsAt = (sample.clock.now() + scrapeIntervalMs) / 1000
  const steps: [minute: number, act: (sample: Sample) => unknown][] = [
    [40, ({ line }) => (line.disturbance = noConnection)],
    [60, ({ line }) => (line.disturbance = undefined)],
    [90, ({ emulator }) => emulator.control.revokeAuthenticationTokens()],
    [120, ({ store }) => (store.isDown = true)],
    [140, ({ store }) => (store.isDown = false)],
  ]
  let passed = 0
  for (const [minute, act] of steps) {
    await sample.pass(minute - passed)
    act(sample)
    passed = minute
  }
  await sample.pass(minutes - passed)
  await sample.close()
  return { series: sample.recorded, startsAt, minutes, marks }
}

/** Returns the series in the OpenMetrics format, with the time of each scrape. */
export function openMetrics({ series, startsAt }: Story): string {
  const lines: string[] = []
  for (const [name, values] of series) {
    values.forEach((value, index) => {
      const time = startsAt + (index * scrapeIntervalMs) / 1000
      if (value !== undefined) lines.push(`${name} ${value} ${time}`)
    })
  }
  return `${lines.join('\n')}\n# EOF\n`
}
