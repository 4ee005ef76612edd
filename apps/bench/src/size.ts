import { gzipSync } from 'node:zlib'

import { bundle } from './bundle.ts'
import { judged, type Measurement, type Row } from './measurement.ts'

interface Entry {
  readonly id: string
  readonly what: string
  readonly code: string
  readonly external?: readonly (string | RegExp)[]
  /** Bytes, minified and compressed. */
  readonly target?: number
}

const react = '@forage-session/react'
const besideReact = [/^@forage-session\/core/, /^react/, /^@tanstack\//, 'ky']

const entries: Entry[] = [
  {
    id: 'core',
    what: 'createForageSession, with jwt-decode',
    code: `export { createForageSession } from '@forage-session/core'`,
    target: 8500,
  },
  {
    id: 'ky',
    what: '`./ky`, without ky and the session',
    code: `export * from '@forage-session/core/ky'`,
    external: ['ky'],
    target: 400,
  },
  {
    id: 'react',
    what: `${react}, without core and its peers`,
    code: `export * from '${react}'`,
    external: besideReact,
    target: 2500,
  },
  {
    id: 'react.session',
    what: 'of it, the provider and `useForageSession`',
    code: `export { ForageSessionProvider, useForageSession } from '${react}'`,
    external: besideReact,
  },
  {
    id: 'react.query',
    what: 'of it, the provider, `useForageQuery` and `useForageMutation`',
    code: `export { ForageSessionProvider, useForageQuery, useForageMutation } from '${react}'`,
    external: besideReact,
  },
  {
    id: 'react.sdk',
    what: 'of it, the provider and `useForageSdk`',
    code: `export { ForageSessionProvider, useForageSdk } from '${react}'`,
    external: besideReact,
  },
]

/** What a page downloads for the smallest useful entry of a package. */
export const size: Measurement = {
  about: 'Bytes of each entry, minified and compressed with gzip, against its budget.',
  isBudget: true,
  run: async () => ({ rows: await Promise.all(entries.map(measure)) }),
}

async function measure({ id, what, code, external = [], ...budget }: Entry): Promise<Row> {
  const ours = gzipSync(await bundle(code, { external }), { level: 9 }).byteLength
  return judged({ id, what, ours, unit: 'B', ...budget })
}
