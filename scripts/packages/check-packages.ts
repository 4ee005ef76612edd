// Packs every public package as the next release would, and checks the tarball, because users install the tarball.
// The tests in packed/ and the checks of applications use the tarballs.
import { interruption } from '../interruption.ts'
import { mustRun } from '../run-command.ts'
import { packPackages } from './pack-packages.ts'
import { tarballs } from './tarballs.ts'

const signal = interruption()

/**
 * Checks that the files match package.json (publint) and that the types match the files (attw; the script tag has no
 * types).
 */
async function checkTarball(file: string): Promise<void> {
  await mustRun('publint', ['run', file, '--strict'], { signal })
  const esmOnly = ['--profile', 'esm-only', '--format', 'ascii']
  await mustRun('attw', [file, ...esmOnly, '--exclude-entrypoints', './script'], { signal })
}

try {
  await packPackages(signal)
  for (const file of tarballs()) await checkTarball(file)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
