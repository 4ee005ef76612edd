import type { Switches } from '../src/switches.ts'
import type { Api } from './api.ts'
import { Mismatch, Skip, type Fact } from './fact.ts'

const MAX_NOTE_LENGTH = 300

export interface FactResult {
  readonly id: string
  readonly source: string
  readonly what: string
  readonly status: 'pass' | 'fail' | 'inferred' | 'skipped'
  readonly note?: string
  /** `inferred` only: whether the guess was right. Undefined where nothing was guessed. */
  readonly asGuessed?: boolean
  readonly choice?: Partial<Switches>
}

/** One fact after the other: some move the clock. `write`: those that leave something behind, too. */
export async function runFacts(facts: readonly Fact[], api: Api, write: boolean): Promise<FactResult[]> {
  const results: FactResult[] = []
  try {
    for (const fact of facts) results.push(await runFact(fact, api, write))
  } finally {
    await api.release().catch(() => {})
  }
  return results
}

/** Asks for one fact. Never rejects. */
export async function runFact(fact: Fact, api: Api, write: boolean): Promise<FactResult> {
  const { id, source, what, kind, needs } = fact
  const report = (status: FactResult['status'], note?: string): FactResult => ({
    id,
    source,
    what,
    status,
    // Cut after it was redacted: half a secret would not be known as one.
    ...(note === undefined ? {} : { note: api.redact(note).slice(0, MAX_NOTE_LENGTH) }),
  })
  if (needs === 'control' && !api.options.advance) return report('skipped', 'only asked of an emulator')
  if (needs !== undefined && !write) return report('skipped', 'leaves something behind: --write')
  try {
    const finding = await fact.run(api)
    if (kind === 'documented') return report('pass')
    const { note = 'as guessed', choice } = finding ?? {}
    return {
      ...report('inferred', note),
      ...(kind === 'inferred' ? { asGuessed: true } : {}),
      ...(choice ? { choice } : {}),
    }
  } catch (error) {
    if (error instanceof Skip) return report('skipped', error.message)
    const note = error instanceof Error ? error.message : String(error)
    if (kind === 'documented' || !(error instanceof Mismatch)) return report('fail', note)
    return { ...report('inferred', `not as guessed: ${note}`), asGuessed: false }
  }
}
