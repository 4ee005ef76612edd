import { statSync } from 'node:fs'

import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

import { sourceAliases } from '../vitest/source-aliases.ts'

const name = process.env['MUTATED_PACKAGE']

/** What is small is about one file: it is the first to fail, which ends the search. */
class SmallestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const size = ({ moduleId }: TestSpecification): number => statSync(moduleId).size
    return files.toSorted((a, b) => size(a) - size(b))
  }
}

/** The tests that a mutant meets: none with a port, a process, a fleet or random schedules. */
export default defineConfig({
  resolve: { alias: sourceAliases },
  test: {
    environment: 'node',
    setupFiles: ['packages/server/test/fixtures/each-test-is-a-process.ts'],
    include: [`packages/${name}/{src,test}/**/*.test.ts`],
    exclude: [
      '**/*.browser.test.*',
      '**/test/{adapters,cli,network,postgres,redis,sqlite,tabs}/**',
      '**/*{emulator,endpoint-fuzz,fleet,other-clients,random-schedules,real-endpoint,real-http,telemetry}*.test.ts',
      '**/{replay-hygiene,endpoint-table}.test.ts',
      '**/node_modules/**',
    ],
    sequence: { sequencer: SmallestFirst },
    isolate: false,
    testTimeout: 10_000,
  },
})
