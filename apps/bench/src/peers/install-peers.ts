import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** Asked a few times and briefly: without a network, pnpm's own patience is minutes. */
const brief = {
  pnpm_config_fetch_retries: '1',
  pnpm_config_fetch_retry_mintimeout: '500',
  pnpm_config_fetch_retry_maxtimeout: '1000',
}

const folder = new URL('../../peers/', import.meta.url)

/**
 * Installs the peers from their own lockfile: 84 MB that nobody needs who does not compare. False, with a word
 * on why, where that cannot be done.
 */
export async function installPeers(): Promise<boolean> {
  const options = ['--ignore-workspace', '--frozen-lockfile', '--ignore-scripts']
  try {
    const env = { ...process.env, ...brief }
    await promisify(execFile)('pnpm', ['install', ...options], { cwd: fileURLToPath(folder), env })
    return true
  } catch {
    console.error('The peers could not be installed (no network?): their columns stay empty.')
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
