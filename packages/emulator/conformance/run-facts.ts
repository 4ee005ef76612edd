import type { Switches } from '../src/context/switches.ts'
import type { Api } from './api.ts'
import { Mismatch, Skip } from './check-errors.ts'
import { isCertain, type Fact, type FactKind } from './fact.ts'

const MAX_NOTE_LENGTH = 300

export interface FactResult {
  readonly id: string
  readonly source: string
  readonly what: string
  readonly kind: FactKind
  readonly status: 'pass' | 'fail' | 'inferred' | 'skipped'
  readonly note?: string
  /** Whether the guess was right. Undefined for facts without a guess. */
  readonly asGuessed?: boolean
  readonly choice?: Partial<Switches>
}

/** Runs the facts one after the other, because some move the clock. `write` includes facts that leave objects behind. */
export async function runFacts(facts: readonly Fact[], api: Api, write: boolean): Promise<FactResult[]> {
  const results: FactResult[] = []
  try {
    for (const fact of facts) results.push(await runFact(fact, api, write))
  } finally {
    await api.release().catch(() => {})
  }
  return results
}

/** Runs one fact. Never rejects. */
export async function runFact(fact: Fact, api: Api, write: boolean): Promise<FactResult> {
  const { id, source, what, kind, needs } = fact
  const report = (status: FactResult['status'], note?: string): FactResult => ({
    id,
    source,
    what,
    kind,
    status,
    // Cuts the note after redaction, because half a secret would not be recognized.
    ...(note === undefined ? {} : { note: api.redact(note).slice(0, MAX_NOTE_LENGTH) }),
  })
  if (needs === 'control' && !api.options.advance) return report('skipped', 'runs only against an emulator')
  if (needs !== undefined && !write) return report('skipped', 'leaves objects behind, so it requires --write')
  try {
    const finding = await fact.run(api)
    if (isCertain(fact)) return report('pass')
    const { note = 'as guessed', choice } = finding ?? {}
    return {
      ...report('inferred', note),
      ...(kind === 'inferred' ? { asGuessed: true } : {}),
      ...(choice ? { choice } : {}),
    }
  } catch (error) {
    if (error instanceof Skip) return report('skipped', error.message)
    const note = error instanceof Error ? error.message : String(error)
    if (isCertain(fact) || !(error instanceof Mismatch)) return report('fail', note)
    return { ...report('inferred', `not as guessed: ${note}`), asGuessed: false }
  }
}
