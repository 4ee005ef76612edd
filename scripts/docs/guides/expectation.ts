import { stripVTControlCharacters } from 'node:util'

/** Returns the expected lines that are not in the shown text. In an expected line, `…` stands for any text. */
export function missingTexts(expected: readonly string[], shown: string): string[] {
  const lines = stripVTControlCharacters(shown).split('\n').map(singleSpaced)
  return expected.filter((text) => {
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
