/**
 * The endpoint as a route handler of Next.js.
 *
 * @module @forage-session/server/next
 */

export { nextHandler, type NextHandlerOptions, type NextRoute } from './adapters/next-handler.ts'
