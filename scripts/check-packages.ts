// Builds every public package, packs it as it would be published, and checks the tarball: what the folder
// looks like does not matter to its users. check-consumer.ts uses the tarballs.
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { interruption } from './interruption.ts'
import { mustRun, root } from './run-command.ts'

const tarballs = join(root, '.pack')
const signal = interruption()

function packagesWithoutSource(): string[] {
  const names = readdirSync(join(root, 'packages'))
  return names.filter((name) => !existsSync(join(root, 'packages', name, 'src/index.ts')))
}

/** publint: do the files fit what package.json says. attw: do the types fit the files (a script tag has none). */
async function checkTarball(file: string): Promise<void> {
  await mustRun('publint', ['run', file, '--strict'], { signal })
  const esmOnly = ['--profile', 'esm-only', '--format', 'ascii']
  await mustRun('attw', [file, ...esmOnly, '--exclude-entrypoints', './script'], { signal })
}

async function checkPackages(): Promise<void> {
  rmSync(tarballs, { recursive: true, force: true })
  const empty = packagesWithoutSource()
  if (empty.length > 0)
    throw new Error(`Without src/index.ts there is nothing to publish: ${empty.join(', ')}`)
  mkdirSync(tarballs)
  const each = ['--recursive', '--filter', './packages/*']
  await mustRun('pnpm', [...each, 'build'], { signal })
  await mustRun('pnpm', [...each, 'pack', '--pack-destination', tarballs], { signal })
  for (const name of readdirSync(tarballs)) await checkTarball(join(tarballs, name))
}

try {
  await checkPackages()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
