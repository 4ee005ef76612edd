import { cpSync, existsSync, globSync, mkdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { mustRun, root } from './run-command.ts'

/** What the packages are versioned and packed from; what their `dist/` is made of stays out. */
const parts = [
  '.changeset',
  'LICENSE',
  'package.json',
  'pnpm-workspace.yaml',
  'packages/*/{package.json,README.md,CHANGELOG.md,dist}',
]

/** The commit that a changelog names for a change. */
const author = ['-c', 'user.name=Rehearsal', '-c', 'user.email=rehearsal@localhost']

/**
 * Does in this empty folder what a release does up to the upload: the next versions and changelogs from the
 * changesets, then a tarball of each package, in `destination`. The built packages are taken as they are.
 * `destination/release-plan.json` is what the changesets ask for.
 */
export async function rehearseRelease(
  folder: string,
  destination: string,
  signal: AbortSignal,
): Promise<void> {
  const run = (command: string, ...args: string[]): Promise<string> =>
    mustRun(command, args, { cwd: folder, signal })
  copyParts(folder)
  await run('git', 'init', '--quiet', '--initial-branch=main')
  await run('git', 'add', '.')
  await run('git', ...author, 'commit', '--quiet', '--message=What is to be released')
  const changeset = join(root, 'node_modules/.bin/changeset')
  await run(changeset, 'status', '--output=release-plan.json')
  await run(changeset, 'version')
  mkdirSync(destination, { recursive: true })
  cpSync(join(folder, 'release-plan.json'), join(destination, 'release-plan.json'))
  const each = ['--recursive', '--filter', './packages/*']
  await run('pnpm', ...each, 'pack', '--pack-destination', destination)
}

function copyParts(folder: string): void {
  for (const name of globSync(parts, { cwd: root })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    cpSync(join(root, name), join(folder, name), { recursive: true })
  }
  // Where it looks for the writer of the changelogs.
  const tools = 'node_modules/@changesets'
  mkdirSync(dirname(join(folder, tools)))
  if (existsSync(join(root, tools))) symlinkSync(join(root, tools), join(folder, tools), 'junction')
}
