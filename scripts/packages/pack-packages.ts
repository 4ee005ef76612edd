import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { mustRun, root } from '../run-command.ts'
import { rehearseRelease } from './release-rehearsal.ts'
import { tarballFolder } from './tarballs.ts'

/** Builds every public package, and packs it into `.pack/` with the version of the next release. */
export async function packPackages(signal: AbortSignal): Promise<void> {
  rmSync(tarballFolder, { recursive: true, force: true })
  const empty = packagesWithoutSource()
  if (empty.length > 0) throw new Error(`These packages have no src/index.ts: ${empty.join(', ')}`)
  await mustRun('pnpm', ['--recursive', '--filter', './packages/*', 'build'], { signal })
  const folder = mkdtempSync(join(tmpdir(), 'release-'))
  try {
    await rehearseRelease(folder, tarballFolder, signal)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function packagesWithoutSource(): string[] {
  const names = readdirSync(join(root, 'packages'))
  return names.filter((name) => !existsSync(join(root, 'packages', name, 'src/index.ts')))
}
