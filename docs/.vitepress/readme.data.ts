import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { createMarkdownRenderer } from 'vitepress'

import { codeBlocks } from '../../scripts/docs/markdown.ts'
import { root } from './pages.ts'

/** The parts of README.md that the home page shows, as HTML. */
export interface Readme {
  /** The sentence that says what the library does. */
  sentence: string
  /** The list of promises. */
  facts: string
  /** The first code block. */
  program: string
  /** The list of measurements. `pnpm bench report` writes its numbers. */
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
        'README.md must start with a sentence, a list and a code block, and have a list below "Measured"',
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
