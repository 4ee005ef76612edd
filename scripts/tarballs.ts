import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

import { root } from './run-command.ts'

/** The packages as they would be published. */
export function tarballs(): string[] {
  const folder = join(root, '.pack')
  const names = existsSync(folder) ? readdirSync(folder) : []
  if (names.length === 0)
    throw new Error('There are no tarballs in .pack/: run scripts/check-packages.ts first.')
  return names.map((name) => join(folder, name))
}
