import { relative } from 'node:path'
import { dirname, join, relative as relativeUrl } from 'node:path/posix'

import type { MarkdownEnv, MarkdownRenderer } from 'vitepress'

import { report, root, sitePath } from './pages.ts'

type Token = ReturnType<MarkdownRenderer['parse']>[number]

/**
 * Rewrites links for the site. Pages link to files of the repository, so that readers can follow the links there. On
 * the site, pages have other paths, and a link to a file that is not a page becomes plain text.
 */
export function siteLinks(md: MarkdownRenderer): void {
  md.core.ruler.push('site-links', ({ tokens, env }) => {
    const { realPath, path } = env as Partial<MarkdownEnv>
    const file = realPath ?? path
    // VitePress renders a page's title without its file.
    if (file === undefined) return
    const page = relative(root, file).replaceAll('\\', '/')
    for (const token of tokens) if (token.children) token.children = relinked(token.children, page)
  })
}

function relinked(tokens: readonly Token[], page: string): Token[] {
  let dropped = false
  return tokens.filter((token) => {
    if (token.type === 'link_open') dropped = !relink(token, page)
    return !(dropped && (token.type === 'link_open' || token.type === 'link_close'))
  })
}

/** Rewrites the link. Returns false if the site has no such page. */
function relink(token: Token, page: string): boolean {
  const href = token.attrGet('href') ?? ''
  if (/^([a-z][a-z+.-]*:|#|\/)/i.test(href)) return true
  const [path = '', anchor] = href.split('#')
  const file = join(dirname(page), path)
  if (file === report) return leave(token, page)
  const target = sitePath(file)
  if (target !== undefined) token.attrSet('href', `/${target}${anchor === undefined ? '' : `#${anchor}`}`)
  return target !== undefined
}

/** Links to a file that is not a page of VitePress. Its router ignores links with a target. */
function leave(token: Token, page: string): true {
  token.attrSet('href', relativeUrl(dirname(sitePath(page) ?? ''), 'report.html'))
  token.attrSet('target', '_self')
  return true
}
