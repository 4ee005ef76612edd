import { afterAll, describe, expect, test } from 'vitest'

import { describeTokenStore } from '../../src/testing.ts'
import { journalModes, SqliteFolder } from './sqlite-folder.ts'

const testTools = { describe, test, expect }

for (const mode of journalModes) {
  const folder = new SqliteFolder(mode)
  const shared = folder.open()
  afterAll(() => folder[Symbol.dispose]())

  describeTokenStore(`sqliteStore with the journal mode ${mode}`, () => folder.store(), testTools)
  describeTokenStore(
    `sqliteStore with the journal mode ${mode} and one database for all`,
    () => folder.store({ table: 'one_for_all' }, shared),
    testTools,
  )
}
