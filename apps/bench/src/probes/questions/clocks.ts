import type { WorldOptions } from '../../world/world.ts'
import { callEvery } from '../drive.ts'
import type { Probe } from '../probe.ts'

interface ClockCase {
  readonly id: string
  readonly what: string
  readonly times: number
  readonly everyMs: number
  readonly options?: WorldOptions
  /** The wall clock steps by this much, in ms, after a quarter of the calls. */
  readonly stepMs?: number
  /** The highest number of token requests that meets the target. */
  readonly target: number
}

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
const everySecond = { times: 20, everyMs: 1000 }
const everyMinute = { times: 60, everyMs: minuteMs }

/** B, C, C0, I: regular calls with a wrong clock, or with a token that lacks claims. */
const cases: ClockCase[] = [
  {
    ...everySecond,
    id: 'B',
    what: 'clock 20 min fast, 20 gets at 1/s',
    options: { aheadMs: 20 * minuteMs },
    target: 1,
  },
  {
    ...everySecond,
    id: 'B.slow',
    what: 'clock 20 min slow, 20 gets at 1/s',
    options: { aheadMs: -20 * minuteMs },
    target: 1,
  },
  {
    ...everySecond,
    id: 'B.day-fast',
    what: 'clock 24 h fast, 20 gets at 1/s',
    options: { aheadMs: dayMs },
    target: 1,
  },
  {
    ...everySecond,
    id: 'B.day-slow',
    what: 'clock 24 h slow, 20 gets at 1/s',
    options: { aheadMs: -dayMs },
    target: 1,
  },
  {
    ...everySecond,
    id: 'B.step-back',
    what: 'clock steps 20 min back between 20 gets at 1/s',
    stepMs: -20 * minuteMs,
    target: 1,
  },
  {
    ...everySecond,
    id: 'B.step-forward',
    what: 'clock steps 20 min forward between 20 gets at 1/s',
    stepMs: 20 * minuteMs,
    target: 2,
  },
  {
    ...everyMinute,
    id: 'C',
    what: 'clock 20 min slow, 60 gets at 1/min',
    options: { aheadMs: -20 * minuteMs },
    target: 5,
  },
  { ...everyMinute, id: 'C0', what: 'right clock, 60 gets at 1/min', target: 5 },
  {
    ...everyMinute,
    id: 'I',
    what: 'token without `nbf` and `iat`, 60 gets at 1/min',
    options: { claims: 'exp' },
    target: 5,
  },
]

function clockProbe({ id, what, times, everyMs, options, stepMs = 0, target }: ClockCase): Probe {
  return {
    uses: 'get',
    rows: [
      { id, what, unit: 'token requests', target },
      { id: `${id}.without`, what: `${what}: without a good token`, unit: 'calls', target: 0 },
    ],
    async run(stage) {
      const scene = await stage(options)
      const before = await callEvery(scene, { times: times / 4, everyMs })
      scene.world.clock.stepWall(stepMs)
      const { made, good } = await callEvery(scene, { times: (times * 3) / 4, everyMs }, before)
      return { [id]: scene.world.counts.token, [`${id}.without`]: made - good }
    },
  }
}

export const clockProbes: Probe[] = cases.map(clockProbe)
