import { cpSync, existsSync, globSync, mkdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { mustRun, root } from '../run-command.ts'

/** The files that the release versions and packs. The sources of `dist/` are not among them. */
const parts = [
  '.changeset',
  'LICENSE',
  'package.json',
  'pnpm-workspace.yaml',
  'packages/*/{package.json,README.md,CHANGELOG.md,dist}',
]

/** The author of the commit that a changelog names for a change. */
const author = ['-c', 'user.name=Rehearsal', '-c', 'user.email=rehearsal@localhost']

/**
 * Runs a release up to the upload in this empty folder. It writes the next versions and changelogs from the changesets,
 * then a tarball of each package into `destination`. It does not build the packages again.
 * `destination/release-plan.json` contains the plan of the changesets.
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
  await run('git', ...author, 'commit', '--quiet', '--message=The files of the release')
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
  // changesets looks here for the package that writes the changelogs.
  const tools = 'node_modules/@changesets'
  mkdirSync(dirname(join(folder, tools)))
  if (existsSync(join(root, tools))) symlinkSync(join(root, tools), join(folder, tools), 'junction')
}
