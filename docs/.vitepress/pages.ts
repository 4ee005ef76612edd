import { fileURLToPath } from 'node:url'

/** The root folder of the repository. */
export const root: string = fileURLToPath(new URL('../..', import.meta.url))

/** The path of the site on its server, for example /forage-session/. */
export const base: string = process.env['DOCS_BASE'] ?? '/'

/** Returns the path on the site of a file of the repository, or undefined if the file is not a page. */
export function sitePath(file: string): string | undefined {
  if (file === 'SECURITY.md') return 'security.md'
  if (file === 'docs/README.md') return 'documentation.md'
  const [, name] = /^packages\/([^/]+)\/README\.md$/.exec(file) ?? []
  if (name !== undefined) return `packages/${name}.md`
  return /^docs\/(.*\.md)$/.exec(file)?.[1]
}

/** The pages that are programs and not texts. The Markdown of the home page is the README. */
export const programs: readonly string[] = ['docs/index.md', 'docs/playground.md']

/** Patterns of the Markdown files that are not pages. */
export const noPages: string[] = [
  '!(SECURITY).md',
  '{apps,scripts}/**',
  'packages/*/!(README).md',
  'packages/*/*/**',
]

/** The report of the measurements. The build copies it unchanged. */
export const report = 'docs/report.html'
