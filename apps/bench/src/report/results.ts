import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'

import type { Row } from '../measurement.ts'

/** A measurement as it is written down. */
export interface Result {
  readonly name: string
  readonly date: string
  readonly node: string
  readonly rows: readonly Row[]
  readonly notes?: readonly string[]
}

const folder = new URL('../../../../docs/measurements/', import.meta.url)

/** The last documented run of each measurement lies in `docs/measurements/`. */
export function saveResult(result: Result): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL(`${result.name}.json`, folder), `${JSON.stringify(result, undefined, 2)}\n`)
}

/** Undefined: it was never documented. */
export function readResult(name: string): Result | undefined {
  try {
    return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Result
  } catch {
    return undefined
  }
}
