import { defineConfig, type UserConfig } from 'tsdown'

const shared: UserConfig = { target: 'es2023', fixedExtension: false }

const library: UserConfig = {
  ...shared,
  entry: {
    index: 'src/index.ts',
    node: 'src/node.ts',
    express: 'src/express.ts',
    fastify: 'src/fastify.ts',
    next: 'src/next.ts',
    hono: 'src/hono.ts',
    oauth: 'src/oauth.ts',
    redis: 'src/redis.ts',
    postgres: 'src/postgres.ts',
    sqlite: 'src/sqlite.ts',
    testing: 'src/testing.ts',
    'redis-rate-limit': 'src/redis-rate-limit.ts',
  },
  platform: 'neutral',
  // fastify.ts runs on Node.js only, so its modules are external.
  deps: { neverBundle: [/^node:/] },
}

const config: UserConfig[] = defineConfig([
  { ...library, dts: false, sourcemap: true },
  // Source maps of types would refer to sources that are not published.
  { ...library, dts: { emitDtsOnly: true, sourcemap: false }, clean: false },
  // The command has a separate build, so that no Node.js import gets into files that run elsewhere.
  {
    ...shared,
    entry: { cli: 'src/cli/main.ts' },
    platform: 'node',
    dts: false,
    sourcemap: true,
    clean: false,
  },
])

export default config
