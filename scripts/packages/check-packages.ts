// Builds every public package, packs it as the next release would, and checks the tarball, because users install the
// tarball. The tests in packed/ and the checks of applications use the tarballs.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { interruption } from '../interruption.ts'
import { mustRun, root } from '../run-command.ts'
import { rehearseRelease } from './release-rehearsal.ts'
import { tarballFolder, tarballs } from './tarballs.ts'

const signal = interruption()

function packagesWithoutSource(): string[] {
  const names = readdirSync(join(root, 'packages'))
  return names.filter((name) => !existsSync(join(root, 'packages', name, 'src/index.ts')))
}

/**
 * Checks that the files match package.json (publint) and that the types match the files (attw; the script tag has no
 * types).
 */
async function checkTarball(file: string): Promise<void> {
  await mustRun('publint', ['run', file, '--strict'], { signal })
  const esmOnly = ['--profile', 'esm-only', '--format', 'ascii']
  await mustRun('attw', [file, ...esmOnly, '--exclude-entrypoints', './script'], { signal })
}

async function packPackages(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'release-'))
  try {
    await rehearseRelease(folder, tarballFolder, signal)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function checkPackages(): Promise<void> {
  rmSync(tarballFolder, { recursive: true, force: true })
  const empty = packagesWithoutSource()
  if (empty.length > 0) throw new Error(`These packages have no src/index.ts: ${empty.join(', ')}`)
  await mustRun('pnpm', ['--recursive', '--filter', './packages/*', 'build'], { signal })
  await packPackages()
  for (const file of tarballs()) await checkTarball(file)
}

try {
  await checkPackages()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
