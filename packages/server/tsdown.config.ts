import { defineConfig, type UserConfig } from 'tsdown'

const shared: UserConfig = { target: 'es2023', sourcemap: true, fixedExtension: false }

const config: UserConfig[] = defineConfig([
  {
    ...shared,
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
    dts: true,
    // Node.js is there where fastify.ts is used.
    deps: { neverBundle: [/^node:/] },
  },
  // The command shares no file with the library: nothing of Node.js gets into what runs elsewhere.
  { ...shared, entry: { cli: 'src/cli/main.ts' }, platform: 'node', dts: false, clean: false },
])

export default config
