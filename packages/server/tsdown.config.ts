import { defineConfig, type UserConfig } from 'tsdown'

const config: UserConfig = defineConfig({
  entry: { index: 'src/index.ts', redis: 'src/redis.ts', testing: 'src/testing.ts' },
  platform: 'neutral',
  target: 'es2023',
  dts: true,
  sourcemap: true,
  fixedExtension: false,
})

export default config
