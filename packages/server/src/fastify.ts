/**
 * The endpoint as a plugin or a route of Fastify 4 or 5.
 *
 * @module @forage-session/server/fastify
 */

export {
  fastifyHandler,
  fastifyPlugin,
  type FastifyHandler,
  type FastifyInstanceLike,
  type FastifyPluginOptions,
  type FastifyReplyLike,
  type FastifyRequestLike,
} from './adapters/node/fastify-handler.ts'
export type { WebHandler } from './adapters/node/serve-node.ts'
