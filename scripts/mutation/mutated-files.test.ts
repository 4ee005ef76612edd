import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { root } from '../run-command.ts'
import { mutatedFiles } from './mutated-files.ts'

test('every file that mutation testing should change exists', () => {
  const files = Object.entries(mutatedFiles).flatMap(([name, own]) =>
    own.map((file) => `packages/${name}/src/${file}.ts`),
  )
  expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([])
})
