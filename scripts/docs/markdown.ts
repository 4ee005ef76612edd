/** A fenced block of code in a Markdown file. */
export interface CodeBlock {
  /** The line number of its first line of code, from 1. */
  line: number
  language: string
  /** The words after the language in the fence. */
  words: string[]
  code: string
}

export interface Link {
  line: number
  target: string
}

export interface Line {
  number: number
  text: string
}

interface Parsed {
  blocks: CodeBlock[]
  /** The lines outside code blocks. */
  prose: Line[]
}

const fence = /^\s*(`{3,}|~{3,})\s*(.*)$/

function parse(markdown: string): Parsed {
  const blocks: CodeBlock[] = []
  const outside: Line[] = []
  let open: { mark: string; block: CodeBlock } | undefined
  markdown.split('\n').forEach((text, index) => {
    const [, mark = '', info = ''] = fence.exec(text) ?? []
    if (open && mark.startsWith(open.mark) && info === '') open = undefined
    else if (open) open.block.code += `${text}\n`
    else if (mark) {
      const [language = '', ...words] = info.split(/\s+/)
      open = { mark, block: { line: index + 2, language, words, code: '' } }
      blocks.push(open.block)
    } else outside.push({ number: index + 1, text })
  })
  return { blocks, prose: outside }
}

/** Returns the fenced blocks of code. */
export function codeBlocks(markdown: string): CodeBlock[] {
  return parse(markdown).blocks
}

/** Returns the lines outside code blocks. */
export function prose(markdown: string): Line[] {
  return parse(markdown).prose
}

/**
 * Returns links and images in prose: `[text](target)`, `[text](target "title")`, `[name]: target`, and the `src` and
 * `srcset` of HTML.
 */
export function links(markdown: string): Link[] {
  const pattern =
    /\]\(\s*<?([^)\s>]+)>?(?:\s+["'][^)]*)?\)|^\s*\[[^\]]+\]:\s*(\S+)|\s(?:src|srcset)="([^"\s]+)"/g
  return prose(markdown).flatMap(({ number, text }) =>
    Array.from(withoutCode(text).matchAll(pattern), ([, inline, reference, source]) => ({
      line: number,
      target: inline ?? reference ?? source ?? '',
    })),
  )
}

function withoutCode(text: string): string {
  return text.replaceAll(/(`+)[^`]*\1/g, '')
}

/**
 * Returns the anchors of headings as GitHub creates them (repeated ones get `-1`, `-2`, …), and anchors set by hand.
 */
export function anchors(markdown: string): Set<string> {
  const found = new Set<string>()
  for (const { text } of prose(markdown)) {
    const [, heading] = /^#{1,6}\s+(.*?)\s*#*$/.exec(text) ?? []
    if (heading !== undefined) found.add(unused(slug(heading), found))
    for (const [, id] of text.matchAll(/<a\s+(?:id|name)="([^"]+)"/g)) found.add(id ?? '')
  }
  return found
}

/** Returns the anchor of a heading as GitHub creates it. */
export function slug(heading: string): string {
  const shown = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
  return shown
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
    .replaceAll(/\s/g, '-')
}

function unused(anchor: string, taken: ReadonlySet<string>): string {
  if (!taken.has(anchor)) return anchor
  let count = 1
  while (taken.has(`${anchor}-${count}`)) count += 1
  return `${anchor}-${count}`
}
