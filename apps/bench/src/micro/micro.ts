import { judged, type Measurement, type Row } from '../measurement.ts'
import { installPeers } from '../peers/install-peers.ts'
import { peers } from '../peers/peers.ts'
import { runInChild } from '../run-in-child.ts'
import { cachedGet, type Timed } from './cached-get.ts'
import { cachedGetInChromium } from './chromium.ts'
import { hotFetch } from './hot-fetch.ts'
import { emptyRefusal, forageRefusal, storm, type Storm } from './storm.ts'

/** What the session costs where it has nothing to do, and in a storm. */
export const micro: Measurement = {
  about: 'Costs of a cached token and of a request, over the bare thing in the same run.',
  async run() {
    const inNode = await cachedGet()
    const inChromium = await cachedGetInChromium()
    const overFetch = await hotFetch()
    const storms = { forage: await storm(forageRefusal), empty: await storm(emptyRefusal) }
    const rows = [
      cachedRow('O.node', 'one cached get, Node', inNode, await peerTimes()),
      ...(inChromium ? [cachedRow('O.chromium', 'one cached get, Chromium', inChromium)] : []),
      fetchRow(overFetch),
      ...stormRows('storm', 'refused with a JSON error', storms.forage),
      ...stormRows('storm.empty', 'refused without a body', storms.empty),
    ]
    return { rows: rows.map(rounded).map(judged), notes: notes(inChromium) }
  },
}

function cachedRow(id: string, what: string, { ours, floor }: Timed, times?: Row['peers']): Row {
  return { id, what, unit: 'ns', ours, floor, target: 1.5 * floor, ...(times ? { peers: times } : {}) }
}

function fetchRow({ ours, floor }: Timed): Row {
  return {
    id: 'fetch',
    what: '`session.fetch` answered with 200',
    unit: 'µs',
    ours,
    floor,
    target: floor + 2,
  }
}

function stormRows(
  id: string,
  refused: string,
  { goodMs, bareMs, rejectedMs, tokenRequests, failures }: Storm,
): Row[] {
  const what = `10 000 requests at once, ${refused}`
  return [
    { id, what, unit: 'ms', ours: rejectedMs, floor: goodMs, target: 2 * goodMs },
    { id: `${id}.bare`, what: 'the same answers without a session', unit: 'ms', ours: bareMs, floor: goodMs },
    { id: `${id}.tokens`, what, unit: 'token requests', ours: tokenRequests, target: 1 },
    { id: `${id}.failures`, what, unit: 'failures', ours: failures, target: 0 },
  ]
}

/** Of those whose tokens can be had without sending a request. */
async function peerTimes(): Promise<Record<string, number>> {
  const times: Record<string, number> = {}
  if (!(await installPeers())) return times
  for (const { name, getSends } of peers) {
    if (getSends === true) continue
    const ns = await runInChild<number | null>(new URL('time-peer.ts', import.meta.url), [name])
    if (ns !== null) times[name] = Math.round(ns)
  }
  return times
}

function rounded(row: Row): Row {
  const { floor, target } = row
  const round = (value: number): number => Math.round(value * 100) / 100
  return {
    ...row,
    ours: round(row.ours),
    ...(floor === undefined ? {} : { floor: round(floor) }),
    ...(target === undefined ? {} : { target: round(target) }),
  }
}

function notes(inChromium: Timed | undefined): string[] {
  return [
    'Floor: a check in memory written by hand with the same signature; the bare fetch below the session; as many requests with a good token. Targets are multiples of it: 1.5 ×, + 2 µs, 2 ×. The least of several rounds that alternate.',
    'A storm over a stub shows the session’s own work alone: a refused request is sent twice. In `storm` the stub makes a JSON error for each, which is read to its end to give its connection back; the first of them speaks for the token, so that no other is copied to be judged. `storm.empty` is the same without a body, and `….bare` the same refusals and good answers without a session.',
    ...(inChromium ? [] : ['No Chromium on this machine: its row is missing.']),
  ]
}
