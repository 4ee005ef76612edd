import { callEvery } from '../drive.ts'
import type { Probe } from '../probe.ts'

const hourMs = 3_600_000

/** D: a laptop wakes up, and no timer has fired during its sleep. */
function afterSleep(id: string, monotonic: boolean): Probe {
  const what = `first get after 2 h asleep, the monotonic clock ${monotonic ? 'continuing' : 'standing still'}`
  return {
    uses: 'get',
    rows: [
      { id, what, unit: 'token requests', target: 1 },
      { id: `${id}.without`, what: `${what}: without a good token`, unit: 'calls', target: 0 },
    ],
    async run(stage) {
      const scene = await stage()
      await callEvery(scene, { times: 1, everyMs: 60_000 })
      scene.world.clock.sleep(2 * hourMs, { monotonic })
      scene.world.counts.token = 0
      const { made, good } = await callEvery(scene, { times: 1, everyMs: 5000 })
      return { [id]: scene.world.counts.token, [`${id}.without`]: made - good }
    },
  }
}

export const afterSleepProbes: Probe[] = [afterSleep('D', false), afterSleep('D.monotonic', true)]
