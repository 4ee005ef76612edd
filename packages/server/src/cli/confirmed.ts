import type { Terminal } from './terminal/terminal.ts'

/** Nothing was tried: nobody said yes. */
export class NotConfirmed extends Error {
  override readonly name = 'NotConfirmed'
}

/** Resolves once somebody typed `word`, or with `--yes`. Rejects with `NotConfirmed`. */
export async function confirmed(
  { ask }: Terminal,
  { yes, harm, word }: { yes: boolean; harm: string; word: string },
): Promise<void> {
  if (yes) return
  if (!ask) throw new NotConfirmed(`${harm} Nobody is there to ask: add --yes if that is meant.`)
  const answer = await ask(`${harm}\nType "${word}" to go on: `)
  if (answer.trim() !== word) throw new NotConfirmed('Nothing was done.')
}
