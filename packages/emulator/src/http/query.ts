import { invalidInput } from './api-error.ts'

/** A parameter given twice is refused: which of the two counts is nobody's to guess. Unknown ones are let through. */
export function readQuery(path: string, url: string): URLSearchParams {
  if (!url.includes('?')) return new URLSearchParams()
  const { searchParams } = new URL(url)
  const names = [...searchParams.keys()]
  const repeated = names.find((name, position) => names.indexOf(name) !== position)
  if (repeated === undefined) return searchParams
  throw invalidInput(path, 'Query', `The query parameter "${repeated}" was given more than once.`)
}
