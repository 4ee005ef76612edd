// Runs the probes for one peer in a separate process and sends the cells of its column to the parent. The virtual
// clock replaces the platform's before the peer is loaded, and timers that the peer leaves end with the process.
import { peers } from '../peers/peers.ts'
import { installVirtualGlobals } from '../world/virtual-globals.ts'
import { createWorld } from '../world/world.ts'
import { runProbes } from './run-probes.ts'

const name = process.argv[2]
const adapter = peers.find((peer) => peer.name === name)
if (!adapter) throw new Error(`There is no peer "${name}".`)

let world = createWorld()
installVirtualGlobals(() => world)
// A peer's background work may fail while no caller waits for it. That is not a failure of the bench.
process.on('unhandledRejection', () => {})

const cells = await runProbes({ adapter, onWorld: (next) => void (world = next) })
process.send?.(cells, () => process.exit())
if (!process.send) console.log(cells)
