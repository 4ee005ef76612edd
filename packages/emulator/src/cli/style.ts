/** How a text is shown: with colors, and up to which column. */
export interface Style {
  readonly hasColors: boolean
  readonly columns: number
}

const WIDEST = 110

/** Returns the style for a stream. Only a terminal gets colors, and none with NO_COLOR (no-color.org). */
export function styleOf(
  { isTTY = false, columns = WIDEST }: { isTTY?: boolean; columns?: number },
  env: Readonly<Record<string, string | undefined>>,
): Style {
  const refuses = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb'
  return { hasColors: isTTY && !refuses, columns: isTTY ? Math.min(Math.max(columns, 50), WIDEST) : WIDEST }
}

const codes = { red: 31, green: 32, yellow: 33, dim: 2, bold: 1 }

export type Color = keyof typeof codes

export function colored({ hasColors }: Style, color: Color, text: string): string {
  return hasColors ? `\u001B[${codes[color]}m${text}\u001B[0m` : text
}

/** Breaks a text between words, so that each line fits the width. A longer word stays whole. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  // A number and its unit stay together.
  const words = text.replaceAll(/(\d) (s|ms|kB)\b/g, '$1\u00A0$2').split(' ')
  for (const word of words.map((each) => each.replace('\u00A0', ' '))) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
