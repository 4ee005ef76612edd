/**
 * The endpoint as a route of Express 4 or 5.
 *
 * @module @forage-session/server/express
 */

export { expressHandler, type ExpressHandler, type ExpressRequest } from './adapters/node/express-handler.ts'
export type { WebHandler } from './adapters/node/serve-node.ts'
