import { callEvery } from '../drive.ts'
import type { Probe } from '../probe.ts'

const lifetimeMs = 20_000
const minutes = 10

/** F: the token lives 20 s, and no caller uses it. */
const timersOnly: Probe = {
  uses: 'get',
  rows: [{ id: 'F', what: 'lifetime 20 s, timers only, per minute', unit: 'token requests', target: 5 }],
  async run(stage) {
    const scene = await stage({ lifetimeMs, background: true })
    await callEvery(scene, { times: 1, everyMs: minutes * 60_000 })
    return { F: scene.world.counts.token / minutes }
  },
}

const warnings: Probe = {
  uses: 'warnings',
  rows: [{ id: 'F.warnings', what: 'lifetime 20 s, ten minutes', unit: 'warnings', target: 1 }],
  async run(stage) {
    const scene = await stage({ lifetimeMs, background: true })
    await callEvery(scene, { times: 1, everyMs: minutes * 60_000 })
    return { 'F.warnings': scene.peers[0]?.warnings?.() ?? 0 }
  },
}

/** G: the token lives 20 s, and the page calls once a second. */
const callsEachSecond: Probe = {
  uses: 'get',
  rows: [
    { id: 'G', what: 'lifetime 20 s, a get each second for 60 s', unit: 'token requests', target: 5 },
    {
      id: 'G.without',
      what: 'lifetime 20 s, a get each second for 60 s: without a good token',
      unit: 'calls',
      target: 0,
    },
  ],
  async run(stage) {
    const scene = await stage({ lifetimeMs })
    const calls = await callEvery(scene, { times: 60, everyMs: 1000 })
    return { G: scene.world.counts.token, 'G.without': calls.made - calls.good }
  },
}

export const shortLifetimeProbes: Probe[] = [timersOnly, warnings, callsEachSecond]
