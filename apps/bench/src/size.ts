import { gzipSync } from 'node:zlib'

import { bundle } from './bundle.ts'
import { judged, type Measurement, type Row } from './measurement.ts'

interface Entry {
  readonly id: string
  readonly what: string
  readonly code: string
  /** Exports of `code` that the page does not use: tree-shaking leaves them out. */
  readonly without?: readonly string[]
  readonly external?: readonly (string | RegExp)[]
  /** Bytes, minified and compressed: the bar. */
  readonly target?: number
  /** Bytes that fail the build: what it is now, and a little. It goes down with the size, never up unnoticed. */
  readonly budget: number
}

const react = '@forage-session/react'
const besideReact = [/^@forage-session\/core/, /^react/, /^@tanstack\//, 'ky']

const entries: Entry[] = [
  {
    id: 'core',
    what: 'createForageSession, with jwt-decode',
    code: `export { createForageSession } from '@forage-session/core'`,
    target: 8500,
    budget: 11_690,
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
    what: `${react} without \`useForageSdk\` and its error, core and its peers`,
    code: `export * from '${react}'`,
    without: ['useForageSdk', 'ForageSdkError'],
    external: besideReact,
    target: 2500,
    budget: 3700,
  },
  {
    id: 'react.all',
    what: 'all of it, with `useForageSdk`',
    code: `export * from '${react}'`,
    external: besideReact,
    budget: 6020,
  },
  {
    id: 'react.session',
    what: 'of it, the provider and `useForageSession`',
    code: `export { ForageSessionProvider, useForageSession } from '${react}'`,
    external: besideReact,
    budget: 1500,
  },
  {
    id: 'react.query',
    what: 'of it, the provider, `useForageQuery` and `useForageMutation`',
    code: `export { ForageSessionProvider, useForageQuery, useForageMutation } from '${react}'`,
    external: besideReact,
    budget: 2430,
  },
  {
    id: 'react.sdk',
    what: 'of it, the provider and `useForageSdk`',
    code: `export { ForageSessionProvider, useForageSdk } from '${react}'`,
    external: besideReact,
    budget: 4010,
  },
]

/** What a page downloads for the smallest useful entry of a package. */
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

/** A module of the same exports, less these. */
function exportsWithout(output: string, without: readonly string[]): string {
  const [, list = ''] = /export\{([^}]*)\}/.exec(output) ?? []
  const names = list.split(',').map((entry) => entry.replace(/^.* as /, ''))
  if (!without.every((name) => names.includes(name))) throw new Error(`${react} has no ${without.join(', ')}`)
  return `export { ${names.filter((name) => !without.includes(name)).join(', ')} } from '${react}'`
}
