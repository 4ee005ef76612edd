import { defineConfig, type UserConfig } from 'tsdown'

const shared: UserConfig = { platform: 'node', target: 'es2023', fixedExtension: false }

const config: UserConfig[] = defineConfig([
  { ...shared, entry: ['src/index.ts', 'src/node.ts', 'src/cli.ts'], dts: false, sourcemap: true },
  // A map of types would name sources that are not published.
  {
    ...shared,
    entry: ['src/index.ts', 'src/node.ts'],
    dts: { emitDtsOnly: true, sourcemap: false },
    clean: false,
  },
])

export default config
