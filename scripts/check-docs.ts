// Documentation that does not work is a bug: every block of TypeScript in it is compiled against the sources,
// as an application would use them, and every relative link leads somewhere. A block that cannot stand alone is
// fenced as ```ts no-check.
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

import { interruption } from './interruption.ts'
import { anchors, codeBlocks, links, type CodeBlock } from './markdown.ts'
import { root, runCommand } from './run-command.ts'

// Here every package, and what an application has beside them, can be imported by its name.
const workshop = join(root, 'apps/checkout/node_modules/.docs')

const pages = globSync(['*.md', 'docs/**/*.md', 'packages/*/*.md', 'apps/*/*.md', '.changeset/*.md'], {
  cwd: root,
  exclude: (name) => name === 'node_modules',
})

function isChecked({ language, words }: CodeBlock): boolean {
  return (language === 'ts' || language === 'tsx') && !words.includes('no-check')
}

/** A file for each block, whose code is on the same lines as in the page: an error names the place to edit. */
function writeBlocks(page: string): string[] {
  const markdown = readFileSync(join(root, page), 'utf8')
  return codeBlocks(markdown)
    .filter(isChecked)
    .map(({ line, language, code }) => {
      const name = `${page.replaceAll(/[\\/]/g, '__')}__${line}.${language}`
      // `export {}`: a block without imports is a module, too, with names of its own.
      writeFileSync(join(workshop, name), `${'\n'.repeat(line - 1)}${code}export {}\n`)
      return name
    })
}

const compilerOptions = {
  noEmit: true,
  composite: false,
  declaration: false,
  declarationMap: false,
  isolatedDeclarations: false,
  emitDeclarationOnly: false,
  incremental: false,
  // An example declares what its reader will use.
  noUnusedLocals: false,
  noUnusedParameters: false,
  allowImportingTsExtensions: true,
  types: ['node'],
  lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable', 'esnext.disposable'],
}

/** What the compiler says about the blocks of these pages, in terms of the pages. */
async function compileErrors(signal: AbortSignal): Promise<string[]> {
  rmSync(workshop, { recursive: true, force: true })
  mkdirSync(workshop, { recursive: true })
  // Without it, the blocks would be CommonJS.
  writeFileSync(join(workshop, 'package.json'), JSON.stringify({ type: 'module' }))
  const files = pages.flatMap(writeBlocks)
  if (files.length === 0) return []
  const config = { extends: join(root, 'tsconfig.base.json'), compilerOptions, files }
  writeFileSync(join(workshop, 'tsconfig.json'), JSON.stringify(config))
  const { code, output } = await runCommand('tsc', ['--project', workshop, '--pretty', 'false'], { signal })
  if (code === 0) return []
  return output.trimEnd().split('\n').map(inTermsOfThePage)
}

function inTermsOfThePage(message: string): string {
  return message.replace(/^\S*\.docs\/(\S+?)__\d+\.tsx?\((\d+),\d+\)/, (_, page: string, line: string) => {
    return `${page.replaceAll('__', '/')}:${line}`
  })
}

function brokenLinks(page: string): string[] {
  const markdown = readFileSync(join(root, page), 'utf8')
  return links(markdown)
    .filter(({ target }) => !/^[a-z][a-z+.-]*:/i.test(target) && !leadsSomewhere(page, target))
    .map(({ line, target }) => `${page}:${line}: ${target} leads nowhere`)
}

function leadsSomewhere(page: string, target: string): boolean {
  const [path = '', anchor] = target.split('#')
  const file = path === '' ? join(root, page) : resolve(root, dirname(page), decodeURI(path))
  if (relative(root, file).startsWith('..') || !existsSync(file)) return false
  if (anchor === undefined || !file.endsWith('.md')) return true
  return anchors(readFileSync(file, 'utf8')).has(decodeURIComponent(anchor))
}

const problems = [...pages.flatMap(brokenLinks), ...(await compileErrors(interruption()))]
for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0
