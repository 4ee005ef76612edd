import type { OxlintOverride } from 'oxlint'

import { packages } from './packages.ts'
import { pureFiles } from './pure-files.ts'
import { rooms } from './rooms.ts'

interface Pattern {
  readonly group?: string[]
  readonly regex?: string
  readonly allowTypeImports?: boolean
  readonly message: string
}

/** The file that wraps an HTTP client, and may import it. */
const clientOfKy = 'packages/core/src/ky.ts'

function refusal(files: string[], patterns: Pattern[]): OxlintOverride {
  return { files, rules: { 'no-restricted-imports': ['error', { patterns }] } }
}

function packagePatterns(folder: string, mayImport: readonly string[] = []): Pattern[] {
  const found = Object.entries(packages).find(([name]) => `${folder}/`.startsWith(`${name}/`))
  if (!found) return []
  const [, { names, message }] = found
  return [
    { group: names.filter((name) => !mayImport.includes(name)), message },
    {
      regex: String.raw`^(\.\./)+(core|react|server|emulator)/src/`,
      message: 'Import another package by its name: its doors say what it offers.',
    },
  ]
}

/** An import of a room that is not below, or of a file at the top of the source folder. */
function roomPatterns(source: string, room: string, depth: number): Pattern[] {
  const own = rooms[source] ?? {}
  const above = Object.keys(own).filter((name) => name !== room && !own[room]?.includes(name))
  const top = String.raw`^${String.raw`\.\./`.repeat(depth)}[^/]+\.tsx?$`
  const message = `${room} may import only: ${[...(own[room] ?? []), 'itself'].join(', ')} (scripts/lint/rooms.ts).`
  const outside: Pattern = { regex: top, message }
  return above.length === 0
    ? [outside]
    : [outside, { regex: String.raw`^(\.\./)+(${above.join('|')})/`, message }]
}

/** Rules for the files of a room, and for those in its folders. */
function roomOverrides(source: string, room: string): OxlintOverride[] {
  return [1, 2].map((depth) =>
    refusal(
      [`${source}/${room}/${'*/'.repeat(depth - 1)}*.{ts,tsx}`],
      [...packagePatterns(source), ...roomPatterns(source, room, depth)],
    ),
  )
}

function pureOverride(name: keyof typeof pureFiles, file: string): OxlintOverride {
  const source = `packages/${name}/src`
  const [room = '', ...rest] = file.split('/')
  const pure = pureFiles[name].flatMap((other) => [
    `!../${other}.ts`,
    ...(other.startsWith(`${room}/`) ? [`!./${other.slice(room.length + 1)}.ts`] : []),
  ])
  const { files, rules } = refusal(
    [`${source}/${file}.ts`],
    [
      ...packagePatterns(source),
      ...roomPatterns(source, room, rest.length),
      {
        group: ['./*', '../*/*', ...pure],
        allowTypeImports: true,
        message: 'A pure file imports only types and other pure files (scripts/lint/pure-files.ts).',
      },
    ],
  )
  return {
    files,
    rules: {
      ...rules,
      'no-restricted-globals': [
        'error',
        'fetch',
        'setTimeout',
        'clearTimeout',
        'setInterval',
        'performance',
        'document',
        'window',
        'navigator',
        'localStorage',
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Time is an argument.' },
        { object: 'Math', property: 'random', message: 'Randomness is an argument.' },
      ],
    },
  }
}

/** The rules about imports. A later override replaces the options of an earlier one. */
export const importOverrides: OxlintOverride[] = [
  ...Object.keys(packages).map((folder) => refusal([`${folder}/**`], packagePatterns(folder))),
  refusal([clientOfKy], packagePatterns(clientOfKy, ['ky'])),
  ...Object.entries(rooms).flatMap(([source, own]) =>
    Object.keys(own).flatMap((room) => roomOverrides(source, room)),
  ),
  ...(Object.keys(pureFiles) as (keyof typeof pureFiles)[]).flatMap((name) =>
    pureFiles[name].map((file) => pureOverride(name, file)),
  ),
  // Tests may drive a package together with another one.
  {
    files: ['**/*.test{,-d}.{ts,tsx}', 'packages/*/test/**'],
    rules: {
      'no-restricted-imports': 'off',
      'no-restricted-globals': 'off',
      'no-restricted-properties': 'off',
    },
  },
]
