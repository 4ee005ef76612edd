import { fileURLToPath } from 'node:url'

/** The repository. */
export const root: string = fileURLToPath(new URL('../..', import.meta.url))

/** Where a file of the repository is on the site; undefined: it is no page of it. */
export function sitePath(file: string): string | undefined {
  if (file === 'SECURITY.md') return 'security.md'
  if (file === 'docs/README.md') return 'documentation.md'
  const [, name] = /^packages\/([^/]+)\/README\.md$/.exec(file) ?? []
  if (name !== undefined) return `packages/${name}.md`
  return /^docs\/(.*\.md)$/.exec(file)?.[1]
}

/** The other Markdown files. */
export const noPages: string[] = [
  '!(SECURITY).md',
  '{apps,scripts}/**',
  'packages/*/!(README).md',
  'packages/*/*/**',
]

/** A page of its own kind, which is copied as it is. */
export const report = 'docs/report.html'
