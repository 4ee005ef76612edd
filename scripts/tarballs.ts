import { globSync } from 'node:fs'
import { join } from 'node:path'

import { root } from './run-command.ts'

export const tarballFolder: string = join(root, '.pack')

/** The packages as the next release would publish them. */
export function tarballs(): string[] {
  const names = globSync('*.tgz', { cwd: tarballFolder }).toSorted()
  if (names.length === 0)
    throw new Error('There are no tarballs in .pack/: run scripts/check-packages.ts first.')
  return names.map((name) => join(tarballFolder, name))
}
