import { callEvery } from '../drive.ts'
import type { Probe } from '../probe.ts'

const hourMs = 3_600_000

/** H: the customer leaves a page open for an hour, and then returns to it. */
function hourOfTimers(id: string, tabs: number): Probe {
  const what = `one hour, timers only${tabs > 1 ? `, ${tabs} tabs` : ''}`
  return {
    uses: 'get',
    tabs,
    rows: [
      { id, what, unit: 'token requests', target: 5 },
      {
        id: `${id}.late`,
        what: `${what}: the next get, without a good token at once`,
        unit: 'calls',
        target: 0,
      },
    ],
    async run(stage) {
      const scene = await stage({ background: true }, tabs)
      const { world } = scene
      await callEvery(scene, { times: 1, everyMs: hourMs - 1 })
      const withinTheHour = world.counts.token
      const { made, good } = await callEvery(scene, { times: 1, everyMs: 1 })
      return { [id]: withinTheHour, [`${id}.late`]: made - good }
    },
  }
}

export const hourOfTimersProbes: Probe[] = [hourOfTimers('H', 1), hourOfTimers('H.tabs', 5)]
