import { basename } from 'node:path'

/** The packages that a page or a backend installs together. `react` needs `core`, which is in no registry either. */
const uses: readonly {
  readonly what: string
  readonly packages: readonly string[]
  readonly isDev?: true
}[] = [
  { what: 'A page without React:', packages: ['core'] },
  { what: 'A page with React:', packages: ['core', 'react'] },
  { what: 'The backend:', packages: ['server'] },
  { what: 'The emulator, for development and tests:', packages: ['emulator'], isDev: true },
]

/** Returns the commands that install the packages from their tarballs, which have these paths. */
export function installLines(paths: readonly string[]): string[] {
  const pathOf = (name: string): string => {
    const path = paths.find((each) => basename(each).startsWith(`forage-session-${name}-`))
    if (path === undefined) throw new Error(`There is no tarball of @forage-session/${name}.`)
    return /[^\w./@:\\-]/.test(path) ? `"${path}"` : path
  }
  return uses.flatMap(({ what, packages, isDev }) => [
    '',
    what,
    `  npm install ${isDev ? '--save-dev ' : ''}${packages.map(pathOf).join(' ')}`,
  ])
}
