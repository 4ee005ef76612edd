import { join } from 'node:path'

import { mustRun } from './run-command.ts'

/** With a patience of seconds: what stalls is asked for again, and without a network it ends soon. */
export const patience: readonly string[] = [
  '--fetch-retries=2',
  '--fetch-retry-mintimeout=500',
  '--fetch-retry-maxtimeout=2000',
]

/**
 * Throws what npm says if the registry cannot be reached. Asked on its own, and past npm's cache: what
 * `npm install` says without a network depends on what is in the cache, and may be about peers that do not fit.
 */
export async function askRegistry(folder: string, signal: AbortSignal): Promise<void> {
  const cache = join(folder, '.npm-cache')
  await mustRun('npm', ['view', 'react', 'version', ...patience, '--cache', cache], { cwd: folder, signal })
}
