/**
 * The endpoint as a route of Hono.
 *
 * @module @forage-session/server/hono
 */

export {
  honoHandler,
  type HonoContext,
  type HonoHandler,
  type HonoHandlerOptions,
} from './adapters/hono-handler.ts'
