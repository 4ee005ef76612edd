// Searches the built site as its search box does, with the same index, library and options.
import { globSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

import { root } from '../run-command.ts'
import { searchOptions } from './search-options.ts'

interface Index {
  search: (words: string) => { id: string }[]
}
interface Library {
  loadJSON: (json: string, options: object) => Index
}

/** Words that people search for, and the page that one of the first three results must lead to. */
const searches: Readonly<Record<string, string>> = {
  python: 'backends/python',
  express: 'guides/express',
  lambda: 'guides/serverless',
  vue: 'guides/vue',
  CORS: 'troubleshooting',
  403: 'troubleshooting',
  PIN: 'troubleshooting',
  install: 'install',
  interceptor: 'guides/migrating',
  Redis: 'server/stores',
  needsReentry: 'troubleshooting',
}

/** Returns a message for each word that does not find its page. */
export async function searchProblems(site: string, base: string): Promise<string[]> {
  const [file] = globSync('assets/chunks/@localSearchIndexroot.*.js', { cwd: site })
  if (file === undefined) return ['The site has no search index.']
  const { default: json } = (await import(join(site, file))) as { default: string }
  // Only VitePress depends on the library.
  const vitepress = createRequire(join(root, 'docs/package.json')).resolve('vitepress/package.json')
  const library = createRequire(vitepress)('minisearch') as Library
  const stored = ['title', 'titles']
  const index = library.loadJSON(json, { fields: [...stored, 'text'], storeFields: stored, searchOptions })
  return Object.entries(searches).flatMap(([words, page]) => {
    const first = index
      .search(words)
      .slice(0, 3)
      .map(({ id }) => id)
    const isFound = first.some((id) => id.startsWith(`${base}${page}.html`))
    return isFound ? [] : [`The search for "${words}" finds ${first.join(', ')} and not ${page}.`]
  })
}
