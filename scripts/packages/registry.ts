import { join } from 'node:path'

import { mustRun } from '../run-command.ts'

/** Options that let npm retry a stalled request within seconds, so that it fails quickly without a network. */
export const fewRetries: readonly string[] = [
  '--fetch-retries=2',
  '--fetch-retry-mintimeout=500',
  '--fetch-retry-maxtimeout=2000',
]

/**
 * Throws npm's output if the registry is unreachable. It sends a separate request without npm's cache, because the
 * error of `npm install` without a network depends on the cache and may complain about peer dependencies instead.
 */
export async function reachRegistry(folder: string, signal: AbortSignal): Promise<void> {
  const cache = join(folder, '.npm-cache')
  await mustRun('npm', ['view', 'react', 'version', ...fewRetries, '--cache', cache], { cwd: folder, signal })
}
