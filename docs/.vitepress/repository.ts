import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { root } from './pages.ts'

interface Manifest {
  version: string
  repository: { url: string }
}

const { version, repository } = JSON.parse(
  readFileSync(join(root, 'packages/core/package.json'), 'utf8'),
) as Manifest

/** The address of the repository. */
export const repositoryUrl: string = repository.url.replace(/^git\+|\.git$/g, '')

/** The version of all packages, as the navigation shows it. Before the first release, they have the version 0.0.0. */
export const versionText: string = version === '0.0.0' ? '0.1.0, in preparation' : `v${version}`

/** Returns the address of a file or folder of the repository, or undefined if it does not exist. */
export function repositoryPage(path: string): string | undefined {
  const file = join(root, path)
  if (path.startsWith('..') || !existsSync(file)) return undefined
  return `${repositoryUrl}/${statSync(file).isDirectory() ? 'tree' : 'blob'}/main/${path}`
}
