// Runs a merchant's backend on Bun and Deno, with the packed packages. The sources are in runtimes-app/. It is no part of
// `npm test`, because both runtimes are large.
import { join } from 'node:path'

import { checkFreshApp, type FreshApp } from './fresh-app.ts'

const runs: readonly [runtime: string, ...args: string[]][] = [
  ['bun', 'run', 'backend.js'],
  ['deno', 'run', '--allow-all', '--node-modules-dir=manual', 'backend.js'],
]

async function runOn({ folder, run }: FreshApp, [runtime, ...args]: (typeof runs)[number]): Promise<void> {
  const output = await run(join(folder, 'node_modules/.bin', runtime), ...args)
  const line = output.split('\n').find((each) => each.startsWith('the backend ran on'))
  if (line === undefined) throw new Error(`${runtime} ${args.join(' ')}: ${output}`)
  console.log(line)
}

await checkFreshApp({
  name: 'runtimes-app',
  packages: [],
  async check(app) {
    for (const each of runs) await runOn(app, each)
  },
})
