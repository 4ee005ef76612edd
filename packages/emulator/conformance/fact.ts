import type { Switches } from '../src/switches.ts'
import type { Api } from './api.ts'

/**
 * `documented`: Forage says so, or its published SDKs rely on it; another answer is a failure. `inferred`: a guess from
 * the frameworks the API evidently runs on. `unknown`: nothing public; what is found is reported.
 */
export type FactKind = 'documented' | 'inferred' | 'unknown'

/**
 * `write`: leaves payment methods, payments or orders behind. `control`: moves the clock, or does what nobody may do to
 * a server in use; only an emulator has that.
 */
export type Need = 'write' | 'control'

/** What an inferred or unknown fact found, for a person; `choice` is the emulator's switch that answers alike. */
export interface Finding {
  readonly note: string
  readonly choice?: Partial<Switches>
}

export interface Fact {
  /** Section and name: `3.1/one-field`. */
  readonly id: string
  /** The page of the docs, or the SDK's file, that it is known from. */
  readonly source: string
  /** A sentence about the API. */
  readonly what: string
  readonly kind: FactKind
  readonly needs?: Need
  /** Throws `Mismatch` where the API answers otherwise, `Skip` where it cannot be asked. */
  run(api: Api): Promise<Finding | void>
}

/** An answer that is not what the fact says. */
export class Mismatch extends Error {
  override readonly name = 'Mismatch'
}

/** The fact cannot be asked of this server, and why. */
export class Skip extends Error {
  override readonly name = 'Skip'
}

type Run = Fact['run']

export interface FactWriter {
  documented(name: string, source: string, what: string, run: Run, needs?: Need): Fact
  inferred(name: string, source: string, what: string, run: Run, needs?: Need): Fact
  unknown(name: string, source: string, what: string, run: Run, needs?: Need): Fact
}

/** Writes the facts of one section of the record. */
export function factsOf(section: string): FactWriter {
  const write =
    (kind: FactKind): FactWriter[FactKind] =>
    (name, source, what, run, needs) => ({
      id: `${section}/${name}`,
      source,
      what,
      kind,
      ...(needs ? { needs } : {}),
      run,
    })
  return { documented: write('documented'), inferred: write('inferred'), unknown: write('unknown') }
}
