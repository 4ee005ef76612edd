import { stripVTControlCharacters } from 'node:util'

/** Those of the promised lines that are not in what was shown. In a promise `…` is any text of a line. */
export function missingTexts(promised: readonly string[], shown: string): string[] {
  const lines = stripVTControlCharacters(shown).split('\n').map(singleSpaced)
  return promised.filter((text) => {
    const pattern = asPattern(singleSpaced(text))
    return !lines.some((line) => pattern.test(line))
  })
}

function singleSpaced(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ')
}

function asPattern(text: string): RegExp {
  return new RegExp(text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`).replaceAll('…', '.*'))
}
