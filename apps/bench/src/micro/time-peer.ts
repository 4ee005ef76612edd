// Times one peer's cached get on the real clock, in a separate process. Sends the ns of one call to the parent.
import { peers } from '../peers/peers.ts'
import { passUntil } from '../probes/drive.ts'
import { createWorld } from '../world/world.ts'
import { fastest } from './fastest.ts'

const adapter = peers.find(({ name }) => name === process.argv[2])
const world = createWorld({ serverStartMs: Date.now() })
globalThis.fetch = world.fetch

const peer = adapter && (await passUntil(world.clock, adapter.create(world)))
const get = peer?.get
if (get) await passUntil(world.clock, get())
const [ns = NaN] = get ? await fastest([get]) : []
process.send?.(ns, () => process.exit())
if (!process.send) console.log(ns)
