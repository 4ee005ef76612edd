import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const folder = new URL('../../peers/', import.meta.url)

/**
 * Installs the peers from their own lockfile: 84 MB that nobody needs who does not compare. False, with a word
 * on why, where that cannot be done.
 */
export async function installPeers(): Promise<boolean> {
  const options = ['--ignore-workspace', '--frozen-lockfile', '--ignore-scripts']
  try {
    await promisify(execFile)('pnpm', ['install', ...options], { cwd: fileURLToPath(folder) })
    return true
  } catch (error) {
    console.error('The peers could not be installed: their columns stay empty.', error)
    return false
  }
}

/** The versions of the peers' packages, as they are pinned. */
export function peerVersions(): Readonly<Record<string, string>> {
  const { dependencies } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')) as {
    dependencies: Record<string, string>
  }
  return dependencies
}
