import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { createMarkdownRenderer } from 'vitepress'

import { base, root } from './pages.ts'
import { siteLinks } from './site-links.ts'

/** The parts of README.md that the home page shows, as HTML. */
export interface Readme {
  /** The paragraphs above the picture: the problem and the promise. */
  problem: string
  /** The comparison with an interceptor. `pnpm bench report` writes its numbers. */
  comparison: string
  status: string
}

declare const data: Readme
export { data }

const file = join(root, 'README.md')

function section(markdown: string, title: string): string {
  const [, text] = markdown.split(`\n## ${title}\n`)
  if (text === undefined) throw new Error(`README.md has no section "${title}"`)
  return text.split('\n## ')[0]!
}

export default {
  watch: [file],
  async load(): Promise<Readme> {
    const markdown = readFileSync(file, 'utf8')
    const { render } = await createMarkdownRenderer(root, { config: siteLinks }, base)
    const html = (text: string): string => render(text, { path: file, relativePath: 'index.md', links: [] })
    const [, problem] = /^# .*\n([\s\S]*?)\n\[Live demo\]/.exec(markdown) ?? []
    if (problem === undefined)
      throw new Error('README.md must have a title, paragraphs and a line that starts with [Live demo]')
    return {
      problem: html(problem),
      comparison: html(section(markdown, 'Your own interceptor, and this')),
      status: html(section(markdown, 'Status')),
    }
  },
}
