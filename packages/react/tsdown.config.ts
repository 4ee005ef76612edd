import { defineConfig, type UserConfig } from 'tsdown'

const modules: UserConfig = {
  entry: {
    index: 'src/index.ts',
    devtools: 'src/devtools.ts',
    'devtools/production': 'src/devtools/production.ts',
  },
  platform: 'neutral',
  target: 'es2022',
  fixedExtension: false,
  // 'use client' at the top of a file is for the bundler of the application: keep it, silently.
  inputOptions: { checks: { moduleLevelDirective: false } },
}

const config: UserConfig[] = defineConfig([
  { ...modules, dts: false, sourcemap: true },
  // A map of types would name sources that are not published.
  { ...modules, dts: { emitDtsOnly: true, sourcemap: false }, clean: false },
])

export default config
