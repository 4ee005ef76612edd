import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { programs, root } from './pages.ts'
import { indexGroups, indexTexts } from './sidebar.ts'
import { markdownPage, type MarkdownPage } from './site-markdown.ts'

/** Returns the list of pages for assistants (llmstxt.org), in the order of the sidebar. */
function listOf(pages: ReadonlyMap<string, MarkdownPage>, base: string): string {
  const home = pages.get('index.md')!
  const abouts = indexTexts()
  const line = ({ path, title, about }: MarkdownPage): string => {
    const said = abouts.get(path) ?? about
    return `- [${title}](${base}${path})${said === '' ? '' : `: ${said}`}`
  }
  const groups = indexGroups().map(({ text = '', items = [] }) => {
    const found = items.flatMap(({ link = '' }) => pages.get(link.slice(1)) ?? [])
    return [`## ${text}`, '', ...found.map(line)].join('\n')
  })
  const api = [...pages.values()].filter(({ path }) => path.startsWith('api/'))
  return [
    `# ${home.title}`,
    `> ${home.about}`,
    `The Markdown of every page is at its address with \`.md\` in place of \`.html\`. [The README](${base}index.md) is a good start, and [all guides and reference pages in one file](${base}llms-full.txt) follow.`,
    ...groups,
    ['## API', '', ...api.map(line)].join('\n'),
    '',
  ].join('\n\n')
}

/** Writes each page as Markdown, `llms.txt` and `llms-full.txt` for assistants that read the site. */
export function writeAssistantFiles(outDir: string, files: readonly string[], base: string): void {
  const read = ['README.md', ...files.filter((file) => !programs.includes(file))].map((file) =>
    markdownPage(file, readFileSync(join(root, file), 'utf8')),
  )
  const pages = new Map(read.map((page) => [page.path, page]))
  for (const { path, markdown } of read) {
    mkdirSync(dirname(join(outDir, path)), { recursive: true })
    writeFileSync(join(outDir, path), markdown)
  }
  writeFileSync(join(outDir, 'llms.txt'), listOf(pages, base))
  const texts = read.filter(({ path }) => !path.startsWith('api/'))
  writeFileSync(
    join(outDir, 'llms-full.txt'),
    texts.map(({ markdown }) => markdown.trim()).join('\n\n---\n\n'),
  )
}
