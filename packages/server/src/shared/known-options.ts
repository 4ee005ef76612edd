/**
 * Throws `TypeError` for an option that does not exist: a misspelled option would be ignored. The error names the closest
 * known one, or all of them if none is close. `prefix` is the path to nested options, such as `pools.web.`. An option that
 * is undefined is accepted, because spreads copy such keys. Whether `options` is an object is for the caller to check.
 */
export function assertKnownOptions(
  options: unknown,
  known: Readonly<Record<string, true>>,
  prefix = '',
): void {
  if (typeof options !== 'object' || options === null) return
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || Object.hasOwn(known, name)) continue
    throw new TypeError(`Unknown option "${prefix}${name}"; ${hint(name, Object.keys(known), prefix)}`)
  }
}

function hint(name: string, known: readonly string[], prefix: string): string {
  const distances = known.map((each) => distance(name.toLowerCase(), each.toLowerCase()))
  const shortest = Math.min(...distances)
  const closest = known[distances.indexOf(shortest)]!
  if (shortest <= Math.max(name.length, closest.length) / 2) return `did you mean "${prefix}${closest}"?`
  return `it must be one of ${known.map((each) => `"${prefix}${each}"`).join(', ')}`
}

/** A name that is part of the other one, such as `limit` of `upstreamLimit`, is closer than any misspelling. */
function distance(from: string, to: string): number {
  const isPart = from.includes(to) || to.includes(from)
  return isPart ? editDistance(from, to) / 1000 : editDistance(from, to)
}

/** Counts the letters to insert, delete or replace (Levenshtein), one row of the table at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (const [index, letter] of Array.from(from).entries()) {
    const next = [index + 1]
    for (const [column, other] of Array.from(to).entries()) {
      const replaced = row[column]! + (letter === other ? 0 : 1)
      next.push(Math.min(replaced, row[column + 1]! + 1, next[column]! + 1))
    }
    row = next
  }
  return row.at(-1)!
}
