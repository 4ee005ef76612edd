// Checks the documentation. Each block of TypeScript in a page, or in the `@example` of a docstring, must compile in an
// application that imports the packages, and each relative link must lead to a file. A block that cannot stand alone is
// fenced as ```ts no-check. Blocks with a file= are the files of one application, and import each other.
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

import { interruption } from '../interruption.ts'
import { root, runCommand } from '../run-command.ts'
import { docstringExamples } from './docstring-examples.ts'
import { fileOf } from './guides/guide-steps.ts'
import { anchors, codeBlocks, links, type CodeBlock } from './markdown.ts'

// In this folder, every package and its peer dependencies can be imported by name.
const workshop = join(root, 'apps/checkout/node_modules/.docs')

const pages = globSync(['*.md', 'docs/**/*.md', 'packages/*/*.md', 'apps/*/*.md', '.changeset/*.md'], {
  cwd: root,
  // The API reference is generated, and check-site.ts checks it with the site.
  exclude: (name) => name === 'node_modules' || name === 'api',
})

const sources = globSync('packages/*/src/**/*.{ts,tsx}', {
  cwd: root,
  exclude: (name) => name.includes('.test'),
})

/** Returns the text of a page, or of the examples in a source file. */
function markdownOf(file: string): string {
  const text = readFileSync(join(root, file), 'utf8')
  return file.endsWith('.md') ? text : docstringExamples(text)
}

function isChecked({ language, words }: CodeBlock): boolean {
  return (language === 'ts' || language === 'tsx') && !words.includes('no-check')
}

/**
 * Writes each block to a file. Its code stands on the same lines as in the page, so that an error names the place to
 * edit. A file that the page writes again starts another folder with the files so far.
 */
function writeBlocks(page: string): string[] {
  const stages: Map<string, string>[] = [new Map()]
  for (const block of codeBlocks(markdownOf(page)).filter(isChecked)) {
    const name = fileOf(block) ?? `${block.line}.${block.language}`
    if (stages.at(-1)?.has(name)) stages.push(new Map(stages.at(-1)))
    // `export {}` makes a module of a block without imports, so that its names are its own.
    stages.at(-1)?.set(name, `${'\n'.repeat(block.line - 1)}${block.code}export {}\n`)
  }
  const folder = page.replaceAll(/[\\/]/g, '__')
  return stages.flatMap((stage, index) => writeFiles(join(folder, String(index)), stage))
}

function writeFiles(folder: string, files: ReadonlyMap<string, string>): string[] {
  return Array.from(files, ([name, code]) => {
    const file = join(folder, name)
    mkdirSync(join(workshop, dirname(file)), { recursive: true })
    writeFileSync(join(workshop, file), code)
    return file
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
  // An example may declare names that only its reader uses.
  noUnusedLocals: false,
  noUnusedParameters: false,
  allowImportingTsExtensions: true,
  types: ['node'],
  // A reader installs these packages; here only tests have them.
  paths: {
    axios: [join(root, 'packages/core/node_modules/axios/index.d.ts')],
    express: [join(root, 'packages/server/node_modules/@types/express-5/index.d.ts')],
    fastify: [join(root, 'packages/server/node_modules/fastify-5/fastify.d.ts')],
    '@opentelemetry/api': [
      join(root, 'packages/server/node_modules/@opentelemetry/api/build/src/index.d.ts'),
    ],
    '@opentelemetry/exporter-prometheus': [
      join(root, 'ops/node_modules/@opentelemetry/exporter-prometheus/dist/index.d.mts'),
    ],
    '@opentelemetry/sdk-metrics': [
      join(root, 'ops/node_modules/@opentelemetry/sdk-metrics/dist/index.d.mts'),
    ],
    pg: [join(root, 'packages/server/node_modules/@types/pg/index.d.ts')],
    redis: [join(root, 'packages/server/node_modules/redis/dist/index.d.ts')],
    'serverless-http': [join(root, 'packages/server/node_modules/serverless-http/serverless-http.d.ts')],
  },
  lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable', 'esnext.disposable'],
}

/** Returns the compiler's errors, with the page and the line of each. */
async function compileErrors(signal: AbortSignal): Promise<string[]> {
  rmSync(workshop, { recursive: true, force: true })
  mkdirSync(workshop, { recursive: true })
  // Without this file, the blocks would be CommonJS.
  writeFileSync(join(workshop, 'package.json'), JSON.stringify({ type: 'module' }))
  const files = [...pages, ...sources].flatMap(writeBlocks)
  if (files.length === 0) return []
  const config = { extends: join(root, 'tsconfig.base.json'), compilerOptions, files }
  writeFileSync(join(workshop, 'tsconfig.json'), JSON.stringify(config))
  const { code, output } = await runCommand('tsc', ['--project', workshop, '--pretty', 'false'], { signal })
  if (code === 0) return []
  return output.trimEnd().split('\n').map(inTermsOfThePage)
}

function inTermsOfThePage(message: string): string {
  return message.replace(
    /^\S*\.docs\/(\S+?\.(?:md|tsx?))\/\S+?\((\d+),\d+\)/,
    (_, page: string, line: string) => {
      return `${page.replaceAll('__', '/')}:${line}`
    },
  )
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
