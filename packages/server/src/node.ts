/**
 * The endpoint for the HTTP servers of Node.js.
 *
 * @module @forage-session/server/node
 */

export { toNodeHandler, type NodeHandler, type NodeHandlerOptions } from './adapters/node/node-handler.ts'
export type { WebHandler } from './adapters/node/serve-node.ts'
