// One peer in a process of its own: the clock is put in the place of the platform's before the peer is loaded,
// and what the peer leaves behind ends with the process. Sends the cells of its column to its parent.
import { peers } from '../peers/peers.ts'
import { installVirtualGlobals } from '../world/virtual-globals.ts'
import { createWorld } from '../world/world.ts'
import { runProbes } from './run-probes.ts'

const name = process.argv[2]
const adapter = peers.find((peer) => peer.name === name)
if (!adapter) throw new Error(`There is no peer "${name}".`)

let world = createWorld()
installVirtualGlobals(() => world)
// A peer's own background work may fail without anybody waiting for it: that is not the bench's failure.
process.on('unhandledRejection', () => {})

const cells = await runProbes({ adapter, onWorld: (next) => void (world = next) })
process.send?.(cells, () => process.exit())
if (!process.send) console.log(cells)
