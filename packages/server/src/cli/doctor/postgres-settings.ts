import { finding, type Finding } from '../configuration/finding.ts'

/** Facts about a PostgreSQL. A code is undefined if the operation succeeded. */
export interface PostgresFacts {
  /** The SQLSTATE of a read. */
  read: string | undefined
  /** The SQLSTATE of a swap. */
  write: string | undefined
  /** Why no notification arrives. */
  listen: string | undefined
  /** The median time of several queries. */
  latencyMs: number
}

// The store aborts an operation after 500 ms.
const slowMs = 50
const tooSlowMs = 250

/** Returns a finding for each setting that endangers the slots. */
export function judgePostgres(facts: PostgresFacts): Finding[] {
  return [...table(facts), ...notifications(facts), ...latency(facts)]
}

function table({ read, write }: PostgresFacts): Finding[] {
  const code = read ?? write
  if (code === undefined) return []
  const down = 'To the servers, the store is down: each mints its own token for a day.'
  if (code === '42P01' || code === '3F000') {
    return [
      finding('error', 'postgres-table-missing', [
        `The table of the store does not exist (${code})`,
        down,
        'Call createTable() of the store once, or run the SQL in its documentation. FORAGE_TOKEN_TABLE must be the option "table".',
      ]),
    ]
  }
  const what = read === undefined ? 'write to' : 'read'
  return [
    finding('error', 'postgres-refuses', [
      `PostgreSQL refuses to ${what} the table of the store (${code})`,
      down,
      code === '25006'
        ? 'Connect to the primary, which is not read-only.'
        : 'Grant SELECT, INSERT and UPDATE on the table to the user of DATABASE_URL.',
    ]),
  ]
}

function notifications({ read, listen }: PostgresFacts): Finding[] {
  // Without the table, the store does not listen.
  if (read !== undefined || listen === undefined) return []
  return [
    finding('note', 'postgres-silent', [
      `PostgreSQL does not notify of changes (${listen})`,
      'Servers find a rotation or a compromise by another instance by polling, up to 30 seconds later.',
      'Behind a pooler, set the option listen: false of postgresStore, or give it a pool that connects to the database directly.',
    ]),
  ]
}

function latency({ latencyMs }: PostgresFacts): Finding[] {
  if (latencyMs <= slowMs) return []
  return [
    finding(latencyMs > tooSlowMs ? 'error' : 'warning', 'postgres-slow', [
      `PostgreSQL answers in ${Math.round(latencyMs)} ms`,
      'The store aborts an operation after 500 ms, and counts as down.',
      'Move it into the region of the servers.',
    ]),
  ]
}
