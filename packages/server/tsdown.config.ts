import { defineConfig, type UserConfig } from 'tsdown'

const shared: UserConfig = { target: 'es2023', sourcemap: true, fixedExtension: false }

const config: UserConfig[] = defineConfig([
  {
    ...shared,
    entry: { index: 'src/index.ts', redis: 'src/redis.ts', testing: 'src/testing.ts' },
    platform: 'neutral',
    dts: true,
  },
  // The command shares no file with the library: nothing of Node.js gets into what runs elsewhere.
  { ...shared, entry: { cli: 'src/cli/main.ts' }, platform: 'node', dts: false, clean: false },
])

export default config
