import { dirname, join, relative } from 'node:path/posix'

import { programs, report, sitePath } from './pages.ts'
import { repositoryPage } from './repository.ts'

/** A page of the site as Markdown. */
export interface MarkdownPage {
  /** Its path on the site, for example `guides/next.md`. */
  path: string
  title: string
  /** The first sentence below the title. */
  about: string
  markdown: string
}

/** Returns the path of a page on the site as Markdown. The README is the home page's. */
function markdownPath(file: string): string | undefined {
  return file === 'README.md' ? 'index.md' : sitePath(file)
}

/** Returns the path on the site that a link to a file leads to. */
function addressOf(file: string): string | undefined {
  if (file === report) return 'report.html'
  return programs.includes(file) ? sitePath(file)?.replace(/md$/, 'html') : markdownPath(file)
}

/** Returns a link of a page in the repository as a link of its Markdown on the site. */
function siteTarget(target: string, file: string): string {
  if (/^([a-z][a-z+.-]*:|#|\/)/i.test(target)) return target
  const [path = '', anchor] = target.split('#')
  const linked = join(dirname(file), path)
  const page = addressOf(linked)
  const from = dirname(markdownPath(file) ?? '')
  const address = page === undefined ? (repositoryPage(linked) ?? target) : relative(from, page)
  return anchor === undefined ? address : `${address}#${anchor}`
}

/** Rewrites the links outside code. */
function relinked(markdown: string, file: string): string {
  let isCode = false
  const lines = markdown.split('\n').map((line) => {
    if (/^\s*(```|~~~)/.test(line)) isCode = !isCode
    if (isCode) return line
    return line
      .replaceAll(/(`+)[^`]*\1|\]\(([^)\s]+)\)/g, (all, _mark, target?: string) =>
        target === undefined ? all : `](${siteTarget(target, file)})`,
      )
      .replace(/^(\[[^\]]+\]: )(\S+)$/, (_, name: string, target: string) => name + siteTarget(target, file))
      .replaceAll(/((?:src|srcset)=")([^"]+)"/g, (_, name: string, target: string) => {
        return `${name}${siteTarget(target, file)}"`
      })
  })
  return lines.join('\n')
}

/** Removes what only VitePress reads: the front matter, scripts, anchors of headings and marks of numbers. */
function plain(markdown: string): string {
  return markdown
    .replace(/^---\n[\s\S]*?\n---\n+/, '')
    .replaceAll(/<script setup>[\s\S]*?<\/script>\n+/g, '')
    .replaceAll(/<!-- [^>]* -->/g, '')
    .replaceAll(/^(#+ .*) \{#[^}]*\}$/gm, '$1')
}

function firstSentence(markdown: string): string {
  const [, paragraph = ''] = /^# .*\n+(?:\[[^\n]*\n+)?([^\n#|<-][^\n]*)/m.exec(markdown) ?? []
  const text = paragraph.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll(/[*`]/g, '')
  return /^.*?[.!?](?=\s|$)/.exec(text)?.[0] ?? text.replace(/:$/, '.')
}

/** Returns a page of the repository as the Markdown of the site. */
export function markdownPage(file: string, source: string): MarkdownPage {
  const path = markdownPath(file)
  if (path === undefined) throw new Error(`${file} is not a page`)
  const markdown = relinked(plain(source), file)
  const [, title = path] = /^# (.*)$/m.exec(markdown) ?? []
  return { path, title, about: firstSentence(markdown), markdown }
}
