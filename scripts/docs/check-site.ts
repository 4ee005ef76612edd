// Builds the documentation as a site below a path, as static hosts have one, and checks the result: every link leads to a
// page and an anchor, no page loads anything from another server, each page is there as Markdown, and the search finds
// what people look for. The build itself fails if a docstring is missing (docs/docstrings.mjs).
import { existsSync, globSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

import { interruption } from '../interruption.ts'
import { root, runCommand } from '../run-command.ts'
import { links as linksOf } from './markdown.ts'
import { searchProblems } from './site-search.ts'

const site = join(root, 'docs/.vitepress/dist')

const base = process.env['DOCS_BASE'] ?? '/any/path/'

interface Page {
  file: string
  html: string
}

/** Returns all values of an attribute in a page. */
function attributes(html: string, name: string): string[] {
  const found = html.matchAll(new RegExp(`\\s${name}="([^"]*)"`, 'g'))
  return Array.from(found, ([, value = '']) => value.replaceAll('&amp;', '&'))
}

function problemsOf({ file, html }: Page, ids: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const links = [...attributes(html, 'href'), ...attributes(html, 'src')].filter(
    (link) => !/^[a-z]+:/.test(link),
  )
  const dead = links.filter((link) => !leadsSomewhere(file, link, ids))
  const foreign =
    html.match(/<(?:script|link|img|iframe)\b[^>]*\s(?:href|src)="(?:https?:)?\/\/[^"]*"/g) ?? []
  return [
    ...dead.map((link) => `${file}: ${link} leads nowhere`),
    ...foreign.map((tag) => `${file}: ${tag} is loaded from another server`),
  ]
}

function leadsSomewhere(file: string, link: string, ids: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const [path = '', anchor] = decodeURIComponent(link).split('#')
  if (path.startsWith('/') && !path.startsWith(base)) return false
  const below = path.startsWith(base) ? path.slice(base.length - 1) : join('/', dirname(file), path)
  const target = path === '' ? file : fileOf(below)
  if (anchor === undefined || anchor === '') return existsSync(join(site, target))
  return ids.get(target)?.has(anchor) ?? false
}

function fileOf(path: string): string {
  return relative('/', path.endsWith('/') ? `${path}index.html` : path)
}

/** Pages that are programs, and files that are no pages. */
const withoutMarkdown = ['404.html', 'playground.html', 'report.html']

/** Checks the copies for assistants: each page has one, and the links of all copies and lists lead somewhere. */
function markdownProblems(pages: readonly Page[]): string[] {
  const missing = pages
    .map(({ file }) => file)
    .filter((file) => !withoutMarkdown.includes(file))
    .map((file) => file.replace(/html$/, 'md'))
    .filter((file) => !existsSync(join(site, file)))
  const copies = globSync(['**/*.md', 'llms.txt'], { cwd: site })
  return [
    ...missing.map((file) => `${file} is missing`),
    ...copies.flatMap((file) =>
      linksOf(readFileSync(join(site, file), 'utf8'))
        .filter(
          ({ target }) =>
            !/^[a-z]+:/.test(target) && !leadsSomewhere(file, target.replace(/#.*/, ''), new Map()),
        )
        .map(({ line, target }) => `${file}:${line}: ${target} leads nowhere`),
    ),
  ]
}

async function check(): Promise<string[]> {
  const pages = globSync('**/*.html', { cwd: site }).map((file) => ({
    file,
    html: readFileSync(join(site, file), 'utf8'),
  }))
  if (pages.length === 0) return [`${site} contains no pages`]
  const ids = new Map(pages.map(({ file, html }) => [file, new Set(attributes(html, 'id'))]))
  return [
    ...pages.flatMap((page) => problemsOf(page, ids)),
    ...markdownProblems(pages),
    ...(await searchProblems(site, base)),
  ]
}

rmSync(site, { recursive: true, force: true })
const { code, output } = await runCommand('pnpm', ['--filter', 'docs', 'build'], {
  env: { DOCS_BASE: base },
  signal: interruption(),
})
const problems = code === 0 ? await check() : [output.trimEnd()]
for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0
