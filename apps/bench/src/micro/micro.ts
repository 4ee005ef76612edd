import { judged, type Measurement, type Row } from '../measurement.ts'
import { installPeers } from '../peers/install-peers.ts'
import { peers } from '../peers/peers.ts'
import { runInChild } from '../run-in-child.ts'
import { cachedGet, type Timed } from './cached-get.ts'
import { cachedGetInChromium, firstTokenInChromium } from './chromium.ts'
import { hotFetch } from './hot-fetch.ts'
import { emptyRefusal, forageRefusal, storm, type Storm } from './storm.ts'

/** Measures what the session costs without a failure, and in a storm of 401s. */
export const micro: Measurement = {
  about: 'Costs of a cached token and of a request, compared with the same work without a session.',
  async run() {
    const inNode = await cachedGet()
    const inChromium = await cachedGetInChromium()
    const firstInChromium = await firstTokenInChromium()
    const overFetch = await hotFetch()
    const storms = { forage: await storm(forageRefusal), empty: await storm(emptyRefusal) }
    const rows = [
      cachedRow('O.node', 'one cached get, Node', inNode, await peerTimes()),
      ...(inChromium ? [cachedRow('O.chromium', 'one cached get, Chromium', inChromium)] : []),
      ...(firstInChromium ? [firstTokenRow(firstInChromium)] : []),
      fetchRow(overFetch),
      ...stormRows('storm', 'rejected with a JSON error', storms.forage),
      ...stormRows('storm.empty', 'rejected without a body', storms.empty),
    ]
    return { rows: rows.map(rounded).map(judged), notes: notes(inChromium) }
  },
}

function cachedRow(id: string, what: string, { ours, floor }: Timed, times?: Row['peers']): Row {
  return { id, what, unit: 'ns', ours, floor, target: 1.5 * floor, ...(times ? { peers: times } : {}) }
}

function firstTokenRow({ ours, floor }: Timed): Row {
  const what = 'first token of a page without other tabs, Chromium'
  return { id: 'first.chromium', what, unit: 'ms', ours, floor, target: floor + 5 }
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
  rejected: string,
  { wrapperMs, bareMs, rejectedMs, tokenRequests, failures }: Storm,
): Row[] {
  const what = `10 000 concurrent requests, ${rejected}`
  return [
    { id, what, unit: 'ms', ours: rejectedMs, floor: wrapperMs, target: 2 * wrapperMs },
    { id: `${id}.bare`, what: 'the same answers without a session', unit: 'ms', ours: bareMs },
    { id: `${id}.tokens`, what, unit: 'token requests', ours: tokenRequests, target: 1 },
    { id: `${id}.failures`, what, unit: 'failures', ours: failures, target: 0 },
  ]
}

/** Times the peers that return a token without sending a request. */
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
    'The floor is, in this order: a hand-written check in memory with the same signature, an unshared session, the bare fetch below the session, and a hand-written wrapper (one shared token request, compare, replay once) over the same answers. The targets are 1.5 × the floor, the floor + 5 ms, the floor + 2 µs, and 2 × the floor. Each value is the lowest of several alternating rounds, and for the first token their median.',
    'A storm runs over a stub, so it shows only the session’s own work. The session sends each rejected request twice. In `storm`, the stub answers with a JSON error, and the session reads it to the end to free the connection. The first error decides for the token, so the session copies no other error. `storm.empty` is the same without a body. The rows `….bare` show the same 401s and valid answers without a session.',
    ...(inChromium ? [] : ['Chromium is not installed on this machine, so its rows are missing.']),
  ]
}
