// Finds programs of the machine and installs missing ones.
import { execFileSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Returns the path of the first of these programs on the PATH. */
export function which(...names: string[]): string | undefined {
  for (const name of names) {
    for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
      const file = join(directory, name)
      try {
        accessSync(file, constants.X_OK)
        return file
      } catch {
        // The directory does not contain the program.
      }
    }
  }
  return undefined
}

export const isRoot: boolean = process.getuid?.() === 0

/** Installs Debian packages if it may (root on Debian). Returns false if it did not install them. */
export function installPackages(...packages: string[]): boolean {
  if (process.platform !== 'linux' || !isRoot || !which('apt-get')) return false
  console.log(`Installing ${packages.join(' ')}`)
  try {
    aptGet('update', '-qq')
    aptGet('install', '-y', '-qq', '--no-install-recommends', ...packages)
    return true
  } catch (error) {
    console.error(String((error as { stderr?: Buffer }).stderr ?? error))
    return false
  }
}

/** Some packages report on their installation on the error output, which is of interest only if it fails. */
function aptGet(...args: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  execFileSync('apt-get', args, { stdio: ['ignore', 'ignore', 'pipe'], env })
}
