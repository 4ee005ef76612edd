import { received } from '../../shared/received.ts'
import { UsageError } from '../usage-error.ts'

/** The pool that is meant. Where there are several, one has to be named. */
export function onePool(pools: object, name: string | undefined): string {
  const names = Object.keys(pools)
  if (name !== undefined && names.includes(name)) return name
  if (name === undefined && names.length === 1) return names[0]!
  const wrong = name === undefined ? 'Which pool?' : `There is no pool ${received(name)}.`
  throw new UsageError(`${wrong} Name it with --pool: ${names.join(', ')} (FORAGE_POOLS).`)
}
