// Checks the packages with the oldest supported versions of Node.js, React and TypeScript. The sources are in
// minimum-app/.
import { join } from 'node:path'

import { checkFreshApp, skip, type FreshApp } from './fresh-app.ts'

interface Run {
  /** A dependency of minimum-app that contains a Node.js. */
  readonly node: string
  readonly args: readonly string[]
  readonly expected: string
}

const runs: readonly Run[] = [
  { node: 'node-20', args: ['session.js'], expected: 'session 204 after 2 tokens' },
  { node: 'node-20', args: ['page.js'], expected: 'React 18.3.1 <p>idle</p>' },
  { node: 'node-22.1', args: ['backend.js'], expected: 'minted 19 characters' },
  { node: 'node-22.13', args: ['sqlite.js'], expected: '2 servers made 1 token request' },
  {
    node: 'node-22.13',
    args: ['node_modules/@forage-session/emulator/dist/cli.js', '--help'],
    expected: '--port',
  },
]

async function runOn({ folder, run }: FreshApp, { node, args, expected }: Run): Promise<void> {
  const output = await run(join(folder, 'node_modules', node, 'bin/node'), ...args)
  if (!output.includes(expected)) throw new Error(`${node} ${args.join(' ')}: ${output}`)
}

if (process.platform === 'linux' && process.arch === 'x64') {
  await checkFreshApp({
    name: 'minimum-app',
    packages: ['@tanstack/react-query', 'ky'],
    async check(app) {
      for (const each of runs) await runOn(app, each)
      for (const resolution of ['bundler', 'nodenext'])
        await app.run('npx', 'tsc', '--project', `tsconfig.${resolution}.json`)
    },
  })
} else skip('The oldest Node.js versions are available only for Linux on x64.')
