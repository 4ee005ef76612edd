import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { root } from '../run-command.ts'
import { pureFiles } from './pure-files.ts'

test.each(Object.entries(pureFiles))(
  'the pure files of %s are there: one that is renamed would not be missed',
  (name, files) => {
    expect(files.filter((file) => !existsSync(join(root, 'packages', name, 'src', `${file}.ts`)))).toEqual([])
  },
)
