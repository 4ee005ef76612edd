import { fileURLToPath } from 'node:url'

/** The root folder of the repository. */
export const root: string = fileURLToPath(new URL('../..', import.meta.url))

/** Returns the path on the site of a file of the repository, or undefined if the file is not a page. */
export function sitePath(file: string): string | undefined {
  if (file === 'SECURITY.md') return 'security.md'
  if (file === 'docs/README.md') return 'documentation.md'
  const [, name] = /^packages\/([^/]+)\/README\.md$/.exec(file) ?? []
  if (name !== undefined) return `packages/${name}.md`
  return /^docs\/(.*\.md)$/.exec(file)?.[1]
}

/** Patterns of the Markdown files that are not pages. */
export const noPages: string[] = [
  '!(SECURITY).md',
  '{apps,scripts}/**',
  'packages/*/!(README).md',
  'packages/*/*/**',
]

/** The report of the measurements. The build copies it unchanged. */
export const report = 'docs/report.html'
