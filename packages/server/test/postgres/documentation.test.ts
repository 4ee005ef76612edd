import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { codeBlocks } from '../../../../scripts/docs/markdown.ts'
import { hasPostgres, PostgresServer } from './postgres-server.ts'
import { connectedStore } from './stores.ts'

const page = readFileSync(new URL('../../../../docs/server/stores.md', import.meta.url), 'utf8')

describe.skipIf(!hasPostgres)('the SQL in the documentation', () => {
  it('the SQL in the documentation creates the same table as createTable()', async () => {
    await using server = await PostgresServer.start()
    const [block] = codeBlocks(page).filter(({ language }) => language === 'sql')
    await server.sql(block!.code)
    const store = await connectedStore(server, {}, { table: 'created.forage_token_slots' })
    const columns = (schema: string): Promise<object[]> =>
      server.sql(
        `SELECT column_name, data_type, is_nullable FROM information_schema.columns
        WHERE table_schema = $1 AND table_name = 'forage_token_slots' ORDER BY ordinal_position`,
        schema,
      )
    expect(await columns('public')).toHaveLength(4)
    expect(await columns('created')).toEqual(await columns('public'))
    await store.close!()
  })
})
