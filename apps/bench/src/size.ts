import { gzipSync } from 'node:zlib'

import { bundle } from './bundle.ts'
import { judged, type Measurement, type Row } from './measurement.ts'

interface Entry {
  readonly id: string
  readonly what: string
  readonly code: string
  /** Exports of `code` that the page does not use, so tree-shaking removes them. */
  readonly without?: readonly string[]
  readonly external?: readonly (string | RegExp)[]
  /** The goal in bytes, minified and compressed. */
  readonly target?: number
  /**
   * The size in bytes above which the build fails. It is slightly above the current size, so that growth is noticed.
   */
  readonly budget: number
}

const react = '@forage-session/react'
const peersOfReact = [/^@forage-session\/core/, /^react/, /^@tanstack\//, 'ky']

const entries: Entry[] = [
  {
    id: 'core',
    what: 'createForageSession, with jwt-decode',
    code: `export { createForageSession } from '@forage-session/core'`,
    target: 11_700,
    budget: 12_760,
  },
  {
    id: 'ky',
    what: '`./ky`, without ky and the session',
    code: `export * from '@forage-session/core/ky'`,
    external: ['ky'],
    target: 400,
    budget: 400,
  },
  {
    id: 'react',
    what: `${react} without \`useForageSdk\`, its error, core and peers`,
    code: `export * from '${react}'`,
    without: ['useForageSdk', 'ForageSdkError'],
    external: peersOfReact,
    target: 3700,
    budget: 3700,
  },
  {
    id: 'react.all',
    what: 'the whole entry, with `useForageSdk`',
    code: `export * from '${react}'`,
    external: peersOfReact,
    budget: 6550,
  },
  {
    id: 'react.session',
    what: 'only the provider and `useForageSession`',
    code: `export { ForageSessionProvider, useForageSession } from '${react}'`,
    external: peersOfReact,
    budget: 1750,
  },
  {
    id: 'react.query',
    what: 'only the provider, `useForageQuery` and `useForageMutation`',
    code: `export { ForageSessionProvider, useForageQuery, useForageMutation } from '${react}'`,
    external: peersOfReact,
    budget: 2875,
  },
  {
    id: 'react.sdk',
    what: 'only the provider and `useForageSdk`',
    code: `export { ForageSessionProvider, useForageSdk } from '${react}'`,
    external: peersOfReact,
    budget: 4840,
  },
]

/** Measures what a page downloads for each entry of a package. */
export const size: Measurement = {
  about: 'Bytes of each entry, minified and compressed with gzip, against its budget.',
  async run() {
    const rows = await Promise.all(entries.map(measure))
    const overBudget = entries.flatMap(({ id, budget }, index) => {
      const { ours } = rows[index]!
      return ours > budget ? [`${id}: ${ours} B, budget ${budget} B`] : []
    })
    return { rows, overBudget }
  },
}

async function measure({ id, what, code, external = [], without = [], target }: Entry): Promise<Row> {
  const whole = await bundle(code, { external })
  const output = without.length === 0 ? whole : await bundle(exportsWithout(whole, without), { external })
  const ours = gzipSync(output, { level: 9 }).byteLength
  return judged({ id, what, ours, unit: 'B', ...(target === undefined ? {} : { target }) })
}

/** Returns a module with the same exports, except those in `without`. */
function exportsWithout(output: string, without: readonly string[]): string {
  const [, list = ''] = /export\{([^}]*)\}/.exec(output) ?? []
  const names = list.split(',').map((entry) => entry.replace(/^.* as /, ''))
  if (!without.every((name) => names.includes(name))) throw new Error(`${react} has no ${without.join(', ')}`)
  return `export { ${names.filter((name) => !without.includes(name)).join(', ')} } from '${react}'`
}
