import { build, type Rollup } from 'vite'

export interface BundleOptions {
  readonly external?: readonly (string | RegExp)[]
  /** `iife` is a script for a page without modules. Default: `es`. */
  readonly format?: 'es' | 'iife'
}

/** Returns what a page would load for this code, bundled and minified, as one text. */
export async function bundle(
  code: string,
  { external = [], format = 'es' }: BundleOptions = {},
): Promise<string> {
  const entry = 'virtual:entry'
  const output = await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [
      {
        name: 'entry',
        resolveId: (name) => (name === entry ? name : null),
        load: (name) => (name === entry ? code : null),
      },
    ],
    root: import.meta.dirname,
    build: {
      write: false,
      target: 'es2022',
      minify: true,
      rolldownOptions: {
        input: entry,
        output: { format },
        external: [...external],
        preserveEntrySignatures: 'strict',
      },
    },
  })
  const { output: chunks } = (Array.isArray(output) ? output[0] : output) as Rollup.RollupOutput
  return chunks.map((chunk) => (chunk.type === 'chunk' ? chunk.code : '')).join('')
}
