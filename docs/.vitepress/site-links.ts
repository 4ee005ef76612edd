import { relative } from 'node:path'
import { dirname, join, relative as relativeUrl } from 'node:path/posix'

import type { MarkdownEnv, MarkdownRenderer } from 'vitepress'

import { report, root, sitePath } from './pages.ts'
import { repositoryPage } from './repository.ts'

type Token = ReturnType<MarkdownRenderer['parse']>[number]

/**
 * Rewrites links for the site. Pages link to files of the repository, so that readers can follow the links there. On
 * the site, pages have other paths, and a link to a file that is not a page leads to the repository.
 */
export function siteLinks(md: MarkdownRenderer): void {
  md.core.ruler.push('site-links', ({ tokens, env }) => {
    const { realPath, path } = env as Partial<MarkdownEnv>
    const file = realPath ?? path
    // VitePress renders a page's title without its file.
    if (file === undefined) return
    const page = relative(root, file).replaceAll('\\', '/')
    for (const { children } of tokens)
      for (const token of children ?? []) if (token.type === 'link_open') relink(token, page)
  })
}

function relink(token: Token, page: string): void {
  const href = token.attrGet('href') ?? ''
  if (/^([a-z][a-z+.-]*:|#|\/)/i.test(href)) return
  const [path = '', anchor] = href.split('#')
  const file = join(dirname(page), path)
  if (file === report) return leave(token, page)
  const target = sitePath(file)
  const address = target === undefined ? repositoryPage(file) : `/${target}`
  if (address !== undefined) token.attrSet('href', anchor === undefined ? address : `${address}#${anchor}`)
}

/** Links to a file that is not a page of VitePress. Its router ignores links with a target. */
function leave(token: Token, page: string): void {
  token.attrSet('href', relativeUrl(dirname(sitePath(page) ?? ''), 'report.html'))
  token.attrSet('target', '_self')
}
