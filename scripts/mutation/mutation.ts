// pnpm test:mutation                    changes the pure files of core and of server, one place at a time:
//                                       is there a test that fails?
// pnpm test:mutation core               those of core
// pnpm test:mutation core retry-after   this file of core
import { parseArgs } from 'node:util'

import { Stryker } from '@stryker-mutator/core'

import { mutatedFiles } from './mutated-files.ts'

type Mutated = keyof typeof mutatedFiles

const { positionals } = parseArgs({ allowPositionals: true })
const [name, ...only] = positionals

if (name !== undefined && !Object.hasOwn(mutatedFiles, name)) {
  console.error(`There is no "${name}" with files to change: ${Object.keys(mutatedFiles).join(' or ')}.`)
  process.exitCode = 2
} else {
  for (const mutated of name === undefined ? (Object.keys(mutatedFiles) as Mutated[]) : [name as Mutated]) {
    await mutate(mutated, only.length > 0 ? only : mutatedFiles[mutated])
  }
}

/** Fails below 85 %. The mutants that survived are listed in `.reports/mutation/` as well. */
async function mutate(mutated: Mutated, files: readonly string[]): Promise<void> {
  process.env['MUTATED_PACKAGE'] = mutated
  const stryker = new Stryker({
    mutate: files.map((file) => `packages/${mutated}/src/${file}.ts`),
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'scripts/mutation/vitest.config.ts' },
    coverageAnalysis: 'perTest',
    concurrency: 2,
    // Stryker reads the root's tsconfig.json with an API that TypeScript 7 does not have. The rest is not needed.
    ignorePatterns: ['/tsconfig.json', '/.*', '/apps', '/docs/*', '!/docs/*.md', '/packages/react', 'dist'],
    reporters: ['progress-append-only', 'clear-text', 'json'],
    clearTextReporter: { logTests: false, reportTests: false },
    jsonReporter: { fileName: `.reports/mutation/${mutated}.json` },
    thresholds: { high: 95, low: 85, break: 85 },
  })
  await stryker.runMutationTest()
}
