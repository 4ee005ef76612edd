import { defineConfig, type UserConfig } from 'tsdown'

const config: UserConfig = defineConfig({
  entry: {
    index: 'src/index.ts',
    node: 'src/node.ts',
    express: 'src/express.ts',
    fastify: 'src/fastify.ts',
    next: 'src/next.ts',
    hono: 'src/hono.ts',
    redis: 'src/redis.ts',
    testing: 'src/testing.ts',
    'redis-rate-limit': 'src/redis-rate-limit.ts',
  },
  platform: 'neutral',
  target: 'es2023',
  dts: true,
  sourcemap: true,
  fixedExtension: false,
  // Node.js is there where fastify.ts is used.
  deps: { neverBundle: [/^node:/] },
})

export default config
