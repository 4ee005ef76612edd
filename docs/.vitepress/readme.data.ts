import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { createMarkdownRenderer } from 'vitepress'

import { codeBlocks } from '../../scripts/markdown.ts'
import { root } from './pages.ts'

/** What the home page takes from README.md, as HTML. */
export interface Readme {
  /** What it is, in a sentence. */
  sentence: string
  /** Why, in a few lines. */
  facts: string
  /** The first program. */
  program: string
  /** What the measurements say; its numbers are written by `pnpm bench report`. */
  measured: string
}

declare const data: Readme
export { data }

const file = join(root, 'README.md')

export default {
  watch: [file],
  async load(): Promise<Readme> {
    const markdown = readFileSync(file, 'utf8')
    const [, sentence, facts] = markdown.split('\n\n')
    const program = codeBlocks(markdown).find(({ language }) => language === 'ts')
    const [, measured] = /^## Measured\n\n((?:- .*\n)+)/m.exec(markdown) ?? []
    if (!sentence || !facts?.startsWith('- ') || !program || !measured) {
      throw new Error(
        'README.md begins with a sentence, a list and a program, and has a list of what was measured',
      )
    }
    const { render } = await createMarkdownRenderer(root)
    return {
      sentence: render(sentence),
      facts: render(facts),
      program: render(`\`\`\`ts\n${program.code}\`\`\``),
      measured: render(measured),
    }
  },
}
