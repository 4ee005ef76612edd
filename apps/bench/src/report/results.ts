import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'

import type { Row } from '../measurement.ts'

/** The stored result of a measurement. */
export interface Result {
  readonly name: string
  readonly date: string
  readonly node: string
  readonly rows: readonly Row[]
  readonly notes?: readonly string[]
}

const folder = new URL('../../../../docs/measurements/', import.meta.url)

/** Stores the last documented run of a measurement in `docs/measurements/`. */
export function saveResult(result: Result): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL(`${result.name}.json`, folder), `${JSON.stringify(result, undefined, 2)}\n`)
}

/** Returns the last documented run, or undefined if there is none. */
export function readResult(name: string): Result | undefined {
  try {
    return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Result
  } catch {
    return undefined
  }
}
