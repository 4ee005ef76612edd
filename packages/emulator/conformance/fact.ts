import type { Switches } from '../src/context/switches.ts'
import type { Api } from './api.ts'
import type { Section } from './sections.ts'

/**
 * The evidence for a fact. `recorded`: the published SDKs and their sample apps send it, decode it or keep it as a fixture.
 * `documented`: Forage says so. Of both, another answer is a failure. `inferred`: a guess from the SDKs or from the
 * frameworks that the API evidently uses. `unknown`: the documents contradict each other or are silent, so the run reports
 * its finding.
 */
export type FactKind = 'recorded' | 'documented' | 'inferred' | 'unknown'

/** Returns whether another answer than the fact's is a failure. */
export function isCertain({ kind }: Pick<Fact, 'kind'>): boolean {
  return kind === 'recorded' || kind === 'documented'
}

/**
 * A condition for a fact. `write`: it leaves payment methods, payments or orders behind. `control`: it moves the clock or
 * would disturb a server in use, so it runs only against an emulator.
 */
export type Need = 'write' | 'control'

/** The finding of an inferred or unknown fact. `choice` is the switch value that makes the emulator behave alike. */
export interface Finding {
  readonly note: string
  readonly choice?: Partial<Switches>
}

export interface Fact {
  /** Section and name: `3.1/one-field`. */
  readonly id: string
  /** The page of the docs or the file of an SDK that states the fact. */
  readonly source: string
  /** A sentence about the API. */
  readonly what: string
  readonly kind: FactKind
  readonly needs?: Need
  /** Throws `Mismatch` if the API answers otherwise, and `Skip` if the fact cannot be checked. */
  run(api: Api): Promise<Finding | void>
}

type Run = Fact['run']

export interface FactWriter {
  recorded(name: string, source: string, what: string, run: Run, needs?: Need): Fact
  documented(name: string, source: string, what: string, run: Run, needs?: Need): Fact
  inferred(name: string, source: string, what: string, run: Run, needs?: Need): Fact
  unknown(name: string, source: string, what: string, run: Run, needs?: Need): Fact
}

/** Creates the facts of one section. */
export function factsOf(section: Section): FactWriter {
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
  return {
    recorded: write('recorded'),
    documented: write('documented'),
    inferred: write('inferred'),
    unknown: write('unknown'),
  }
}
