import { judged, type Measurement, type Row } from '../measurement.ts'
import { forageSession } from '../peers/forage-session.ts'
import { installPeers, peerVersions } from '../peers/install-peers.ts'
import { peers } from '../peers/peers.ts'
import { runInChild } from '../run-in-child.ts'
import { probes as allProbes } from './probes.ts'
import { runProbes, type Cells } from './run-probes.ts'

const seeds = [1, 2, 3, 4, 5]

/** Compares how token managers behave in the same situations, under one virtual clock. */
export const probes: Measurement = {
  about: 'Behavior of our session and the peers in the same situations, under one virtual clock.',
  async run() {
    const ours = await ourCells()
    const columns = (await installPeers()) ? await peerColumns() : {}
    const rows = allProbes.flatMap((probe) => probe.rows)
    const answered = rows.map(({ id, ...row }): Row =>
      judged({ id, ...row, ours: ours[id] ?? NaN, peers: cellsOf(columns, id) }),
    )
    const inReact = await runInChild<Row[]>(new URL('react-child.ts', import.meta.url), [])
    return { rows: [...answered, ...inReact], notes: notes() }
  },
}

/** Returns our worst values, over both forms of the endpoint's answer and over several draws of the jitter. */
async function ourCells(): Promise<Cells> {
  const adapters = [forageSession('expires_in'), forageSession('bare')]
  const runs = adapters.flatMap((adapter) => seeds.map((seed) => runProbes({ adapter, seed })))
  const worst: Record<string, number> = {}
  for (const cells of await Promise.all(runs)) {
    for (const [id, value] of Object.entries(cells)) worst[id] = Math.max(worst[id] ?? 0, value)
  }
  return worst
}

async function peerColumns(): Promise<Record<string, Cells>> {
  const columns: Record<string, Cells> = {}
  for (const { name } of peers) {
    columns[name] = await runInChild<Cells>(new URL('probe-peer.ts', import.meta.url), [name])
  }
  return columns
}

function cellsOf(columns: Record<string, Cells>, id: string): Cells {
  const cells = Object.entries(columns).flatMap(([peer, { [id]: value }]) =>
    value === undefined ? [] : [[peer, value]],
  )
  return Object.fromEntries(cells) as Cells
}

function notes(): string[] {
  const versions = Object.entries(peerVersions()).map(([name, version]) => `${name} ${version}`)
  return [
    `Versions: ${versions.join(', ')}.`,
    `Ours is the worst of ${seeds.length * 2} runs: with and without \`expires_in\` in the endpoint’s answer, with ${seeds.length} draws of the jitter each.`,
    'A cell is empty if the token manager does not offer the feature (it sends no requests, or only requests; it does not share between tabs), or, in J, if its first caller never gets an answer.',
  ]
}
