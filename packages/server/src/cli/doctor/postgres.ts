import type { Pool } from 'pg'

import { postgresCode } from '../../store/postgres/postgres-store-error.ts'
import type { TokenStore } from '../../store/token-store.ts'
import type { Configuration } from '../configuration/configuration.ts'
import { finding, type Examination, type Finding } from '../configuration/finding.ts'
import { openDatabase, type OpenedDatabase } from '../fleet/opened-database.ts'
import { UsageError } from '../outcome.ts'
import { clockSkew } from './clock-skew.ts'
import { judgePostgres, type PostgresFacts } from './postgres-settings.ts'
import { examineSlots } from './slots.ts'

const queries = 20

/** A trial would leave a row in the table. The facts about PostgreSQL say the same, and nothing is written. */
const noTrial = (): Promise<Finding[]> => Promise.resolve([])

/** Checks that PostgreSQL has the table, lets the store write, and answers quickly, and that it holds the slots. */
export async function examinePostgres(configuration: Configuration): Promise<Examination[]> {
  const { database, resolved } = configuration
  if (!database) return []
  try {
    await using opened = await openDatabase(database)
    const findings = judgePostgres(await factsOf(opened))
    const hasTable = findings.every(({ severity }) => severity !== 'error')
    const skew = await storeSkew(configuration, opened.store)
    const slots = hasTable ? await examineSlots({ resolved, keys: database.keys }, opened.store, noTrial) : []
    return [{ name: 'postgres', findings: [...findings, ...skew] }, ...slots]
  } catch (error) {
    if (error instanceof UsageError) throw error
    return [{ name: 'postgres', findings: [unreachable(postgresCode(error))] }]
  }
}

async function storeSkew({ resolved }: Configuration, { now }: TokenStore): Promise<Finding[]> {
  const sentAt = resolved.clock.now()
  const time = (await now?.()) ?? Number.NaN
  return clockSkew('postgres-clock-skewed', "PostgreSQL's", time - (sentAt + resolved.clock.now()) / 2)
}

async function factsOf({ store, pool }: OpenedDatabase): Promise<PostgresFacts> {
  const orCode = (work: Promise<unknown> | undefined): Promise<string | undefined> =>
    Promise.resolve(work).then(
      () => undefined,
      (error: unknown) => postgresCode(error),
    )
  return {
    read: await orCode(store.get('fst:1:{doctor}')),
    // No value has this version, so nothing is written.
    write: await orCode(store.cas('fst:1:{doctor}', 'none', '', { nextVersion: 'none', ttlMs: 1 })),
    listen: (await orCode(store.subscribe?.(() => {}))) ?? store.pushFailure?.(),
    latencyMs: await latency(pool),
  }
}

async function latency(pool: Pool): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < queries; i++) {
    const startedAt = performance.now()
    await pool.query('SELECT 1')
    times.push(performance.now() - startedAt)
  }
  return times.toSorted((a, b) => a - b)[queries / 2]!
}

function unreachable(code: string): Finding {
  return finding('error', 'postgres-unreachable', [
    `The PostgreSQL of DATABASE_URL cannot be used (${code})`,
    'Running servers continue with the tokens in their memory. A server that starts mints its own token for a day.',
    // SQLSTATE class 28: invalid authorization.
    code.startsWith('28')
      ? 'Correct the user and the password in DATABASE_URL.'
      : 'Check DATABASE_URL and the network.',
  ])
}
