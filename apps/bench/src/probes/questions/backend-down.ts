import { callEvery } from '../drive.ts'
import type { Probe } from '../probe.ts'

/** E: callers keep calling while the backend is down. */
function backendDown(id: string, tabs: number, target: number): Probe {
  const what = `backend down 60 s, a get every 250 ms${tabs > 1 ? ` in each of ${tabs} tabs` : ''}`
  return {
    uses: 'get',
    tabs,
    rows: [{ id, what, unit: 'token requests', target }],
    async run(stage) {
      const scene = await stage({ backend: 'down' }, tabs)
      await callEvery(scene, { times: 240, everyMs: 250 })
      return { [id]: scene.world.counts.token }
    },
  }
}

export const backendDownProbes: Probe[] = [backendDown('E', 1, 6), backendDown('E.tabs', 5, 12)]
