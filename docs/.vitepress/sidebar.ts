import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { join as joinUrl } from 'node:path/posix'

import type { DefaultTheme } from 'vitepress'

import { links, prose } from '../../scripts/docs/markdown.ts'
import { root, sitePath } from './pages.ts'

type Item = DefaultTheme.SidebarItem

/** Returns the sidebar of docs/README.md. Each line that ends with a colon starts a group. */
export function indexGroups(): Item[] {
  const groups: Item[] = []
  for (const { text } of prose(readFileSync(join(root, 'docs/README.md'), 'utf8'))) {
    const [, title] = /^(\w[^,:]*).*:$/.exec(text) ?? []
    if (title !== undefined) groups.push({ text: title, items: [] })
    groups.at(-1)?.items?.push(...links(text).map(({ target }) => pageItem(joinUrl('docs', target))))
  }
  return groups
}

/** Returns what docs/README.md says about a page: the words after its link, if a line has only one. */
export function indexTexts(): Map<string, string> {
  const texts = new Map<string, string>()
  for (const { text } of prose(readFileSync(join(root, 'docs/README.md'), 'utf8'))) {
    const [link, ...others] = links(text)
    const [, about] = /\)(?:: | *\| +)(.*?)(?: *\|)?$/.exec(text) ?? []
    const path = link && sitePath(joinUrl('docs', link.target))
    if (path !== undefined && about !== undefined && others.length === 0) texts.set(path, about)
  }
  return texts
}

/** Returns the pages that TypeDoc wrote. Each has the name of its import. */
export function apiGroup(): Item {
  const file = join(root, 'docs/api/navigation.json')
  const modules = JSON.parse(readFileSync(file, 'utf8')) as { title: string; path: string }[]
  const items = modules.map(({ title, path }) => ({
    text: title.replace('@forage-session/', ''),
    link: `/api/${path}`,
  }))
  return { text: 'API', items }
}

function pageItem(file: string): Item {
  const path = sitePath(file)
  if (path === undefined || !existsSync(join(root, file))) throw new Error(`${file} is not a page`)
  return { text: titleOf(file), link: `/${path}` }
}

function titleOf(file: string): string {
  const [, title] = /^# (.*)$/m.exec(readFileSync(join(root, file), 'utf8')) ?? []
  if (title === undefined) throw new Error(`${file} has no title`)
  return title
}
