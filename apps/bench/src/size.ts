import { gzipSync } from 'node:zlib'

import { build, type Rollup } from 'vite'

import type { Measurement, Row } from './measurement.ts'

interface Entry {
  readonly id: string
  readonly what: string
  readonly code: string
  readonly external: readonly (string | RegExp)[]
  /** Bytes, minified and compressed. */
  readonly target: number
}

const entries: Entry[] = [
  {
    id: 'core',
    what: 'createForageSession, with jwt-decode',
    code: `export { createForageSession } from '@forage-session/core'`,
    external: [],
    target: 8500,
  },
  {
    id: 'react',
    what: '@forage-session/react, without core and its peers',
    code: `export * from '@forage-session/react'`,
    external: [/^@forage-session\/core/, /^react/, /^@tanstack\//, 'ky'],
    target: 2500,
  },
]

/** What a page downloads for the smallest useful entry of a package. */
export const size: Measurement = {
  about: 'Bytes of each entry, minified and compressed with gzip, against its budget.',
  run: async () => await Promise.all(entries.map(measure)),
}

async function measure({ id, what, code, external, target }: Entry): Promise<Row> {
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
      rolldownOptions: { input: entry, external: [...external], preserveEntrySignatures: 'strict' },
    },
  })
  const { output: chunks } = (Array.isArray(output) ? output[0] : output) as Rollup.RollupOutput
  const text = chunks.map((chunk) => (chunk.type === 'chunk' ? chunk.code : '')).join('')
  const ours = gzipSync(text, { level: 9 }).byteLength
  return { id, what, ours, unit: 'B', target, ok: ours <= target }
}
