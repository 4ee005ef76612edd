// Finds the PostgreSQL server of this machine, and installs a missing one.
import { globSync } from 'node:fs'

import { installPackages, which } from './programs.ts'

/** Debian puts these programs into a folder for each version. */
function program(name: string): string | undefined {
  const versions = globSync(`/usr/lib/postgresql/*/bin/${name}`)
  return which(name) ?? versions.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1)
}

/** The server. */
export const postgres: string | undefined = process.env['POSTGRES_PATH'] ?? program('postgres')
/** The program that creates the folder of a server. */
export const initdb: string | undefined = process.env['INITDB_PATH'] ?? program('initdb')
/** The program that dumps a database, which tests search for tokens. */
export const pgDump: string | undefined = process.env['PG_DUMP_PATH'] ?? program('pg_dump')

if (import.meta.main && !(postgres && initdb && pgDump) && !installPackages('postgresql')) {
  console.log(
    'Tests with PostgreSQL are skipped, because PostgreSQL is not installed. Install it (on Debian: apt-get install postgresql) and run the command again.',
  )
}
