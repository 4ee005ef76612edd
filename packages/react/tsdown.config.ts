import { defineConfig, type UserConfig } from 'tsdown'

const config: UserConfig = defineConfig({
  entry: {
    index: 'src/index.ts',
    devtools: 'src/devtools.ts',
    'devtools/production': 'src/devtools/production.ts',
  },
  platform: 'neutral',
  target: 'es2022',
  dts: true,
  sourcemap: true,
  fixedExtension: false,
  // 'use client' at the top of a file is for the bundler of the application: keep it, silently.
  inputOptions: { checks: { moduleLevelDirective: false } },
})

export default config
