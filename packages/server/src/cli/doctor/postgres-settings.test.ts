import { expect, it } from 'vitest'

import { judgePostgres, type PostgresFacts } from './postgres-settings.ts'

const well: PostgresFacts = { read: undefined, write: undefined, listen: undefined, latencyMs: 3 }

it.each<[string, Partial<PostgresFacts>, [severity: string, id: string][]]>([
  ['a PostgreSQL that is well', {}, []],
  [
    'a missing table',
    { read: '42P01', write: '42P01', listen: '42P01' },
    [['error', 'postgres-table-missing']],
  ],
  ['a missing schema', { read: '3F000', write: '3F000' }, [['error', 'postgres-table-missing']]],
  ['a user who may not read', { read: '42501', write: '42501' }, [['error', 'postgres-refuses']]],
  ['a read-only database', { write: '25006' }, [['error', 'postgres-refuses']]],
  ['a pooler that drops notifications', { listen: 'SILENT' }, [['note', 'postgres-silent']]],
  ['a slow answer', { latencyMs: 51 }, [['warning', 'postgres-slow']]],
  ['an answer that nearly takes too long', { latencyMs: 251 }, [['error', 'postgres-slow']]],
])('judgePostgres judges %s', (_, facts, expected) => {
  const found = judgePostgres({ ...well, ...facts })
  expect(found.map(({ severity, id }) => [severity, id])).toEqual(expected)
})

it('judgePostgres says to connect to the primary if the database is read-only', () => {
  expect(judgePostgres({ ...well, write: '25006' })).toMatchObject([
    {
      what: 'PostgreSQL refuses to write to the table of the store (25006)',
      remedy: 'Connect to the primary, which is not read-only.',
    },
  ])
})
