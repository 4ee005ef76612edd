import { defineConfig, type UserConfig } from 'tsdown'

const modules: UserConfig = {
  entry: { index: 'src/index.ts', ky: 'src/ky.ts', 'testing/index': 'src/testing/index.ts' },
  platform: 'neutral',
  target: 'es2022',
  fixedExtension: false,
}

const config: UserConfig[] = defineConfig([
  { ...modules, dts: false, sourcemap: true },
  // A source map of the types would name files that are not published.
  { ...modules, dts: { emitDtsOnly: true, sourcemap: false }, clean: false },
  {
    // One file for a script tag: it bundles all dependencies and sets `window.ForageSession`.
    entry: { 'forage-session': 'src/index.ts' },
    format: 'iife',
    globalName: 'ForageSession',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    clean: false,
    dts: false,
    deps: { alwaysBundle: [/./], onlyBundle: false },
  },
])

export default config
