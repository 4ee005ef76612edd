import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** Without a network, pnpm retries for minutes. These settings end that within seconds. */
const fewRetries = {
  pnpm_config_fetch_retries: '1',
  pnpm_config_fetch_retry_mintimeout: '500',
  pnpm_config_fetch_retry_maxtimeout: '1000',
}

const folder = new URL('../../peers/', import.meta.url)

/**
 * Installs the peers from their own lockfile. They are 84 MB, and only comparisons need them. Returns false and
 * prints the reason if the installation fails.
 */
export async function installPeers(): Promise<boolean> {
  const options = ['--ignore-workspace', '--frozen-lockfile', '--ignore-scripts']
  try {
    const env = { ...process.env, ...fewRetries }
    await promisify(execFile)('pnpm', ['install', ...options], { cwd: fileURLToPath(folder), env })
    return true
  } catch {
    console.error('The peers could not be installed (is there a network?). Their columns stay empty.')
    return false
  }
}

/** Returns the pinned versions of the peers' packages. */
export function peerVersions(): Readonly<Record<string, string>> {
  const { dependencies } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')) as {
    dependencies: Record<string, string>
  }
  return dependencies
}
