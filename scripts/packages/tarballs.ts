import { globSync } from 'node:fs'
import { join } from 'node:path'

import { root } from '../run-command.ts'

export const tarballFolder: string = join(root, '.pack')

/** Returns the paths of the tarballs that the next release would publish. */
export function tarballs(): string[] {
  const names = globSync('*.tgz', { cwd: tarballFolder }).toSorted()
  if (names.length === 0)
    throw new Error('There are no tarballs in .pack/. Run scripts/packages/check-packages.ts first.')
  return names.map((name) => join(tarballFolder, name))
}
