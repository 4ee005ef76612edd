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
  // The bundler of the application needs 'use client', so keep it without a warning.
  inputOptions: { checks: { moduleLevelDirective: false } },
}

const config: UserConfig[] = defineConfig([
  { ...modules, dts: false, sourcemap: true },
  // Source maps of the types would refer to sources that are not published.
  { ...modules, dts: { emitDtsOnly: true, sourcemap: false }, clean: false },
])

export default config
