// Packs the packages, and prints the commands that install them: `npm run pack`.
import { interruption } from '../interruption.ts'
import { installLines } from './install-lines.ts'
import { packPackages } from './pack-packages.ts'
import { tarballs } from './tarballs.ts'

try {
  console.log('Building and packing the packages. This takes about half a minute.')
  await packPackages(interruption())
  console.log(installLines(tarballs()).join('\n'))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
