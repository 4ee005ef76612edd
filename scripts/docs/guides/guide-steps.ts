import { codeBlocks, prose, type CodeBlock, type Line } from '../markdown.ts'

/**
 * A step of a guide, in the order of the text:
 *
 * - ```` ```tsx file=src/main.tsx ```` is a file to write in the reader's current folder;
 * - ```` ```sh ```` contains commands, one per line. ```` ```sh background ```` contains one command that keeps running;
 * - `Open <http://…>`, `Type _text_ into _Label_` and `Press _Label_` in the prose happen in a browser;
 * - ```` ```text expect ```` is the output of the last command or a text on the last page. `…` stands for any text.
 */
export type GuideStep = { line: number } & (
  | { kind: 'write'; file: string; code: string }
  | { kind: 'run'; commands: string[] }
  | { kind: 'start'; command: string }
  | { kind: 'open'; url: string }
  | { kind: 'type'; text: string; label: string }
  | { kind: 'press'; label: string }
  | { kind: 'expect'; texts: string[] }
)

/**
 * Returns the steps of a guide. A page without files and commands has no steps. Throws an error with the line of an
 * invalid step.
 */
export function guideSteps(markdown: string): GuideStep[] {
  const blocks = codeBlocks(markdown).flatMap(stepsOfBlock)
  if (!blocks.some(({ kind }) => kind === 'write' || kind === 'run')) return []
  const steps = [...blocks, ...prose(markdown).flatMap(stepsOfProse)]
  return steps.toSorted((a, b) => a.line - b.line)
}

/** Returns the path of the file that a block writes, relative to the reader's current folder. */
export function fileOf({ words }: CodeBlock): string | undefined {
  return words.find((word) => word.startsWith('file='))?.slice('file='.length)
}

function stepsOfBlock(block: CodeBlock): GuideStep[] {
  const { line, language, words, code } = block
  const file = fileOf(block)
  if (file !== undefined) return [{ kind: 'write', line, file, code }]
  if (language === 'text' && words.includes('expect')) return [{ kind: 'expect', line, texts: linesOf(code) }]
  if (language !== 'sh') return []
  const commands = linesOf(code.replaceAll('\\\n', ' '))
  if (!words.includes('background')) return [{ kind: 'run', line, commands }]
  const [command] = commands
  if (command === undefined || commands.length > 1)
    throw new Error(`Line ${line}: a background block must contain one command, not ${commands.length}.`)
  return [{ kind: 'start', line, command }]
}

function linesOf(code: string): string[] {
  return code
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

const action =
  /\bOpen <(?<url>https?:\/\/[^>]+)>|\b[Tt]ype _(?<typed>[^_]+)_ into _(?<field>[^_]+)_|\b[Pp]ress _(?<label>[^_]+)_/g

function stepsOfProse({ number, text }: Line): GuideStep[] {
  return Array.from(text.matchAll(action), ({ groups }) => {
    const { url, typed, field = '', label = '' } = groups ?? {}
    if (url !== undefined) return { kind: 'open', line: number, url }
    if (typed !== undefined) return { kind: 'type', line: number, text: typed, label: field }
    return { kind: 'press', line: number, label }
  })
}

/** Returns the ports of this machine that these steps use. */
export function portsOf(steps: readonly GuideStep[]): number[] {
  const named = JSON.stringify(steps).matchAll(/\b(?:localhost|127\.0\.0\.1):(\d+)/g)
  return [...new Set(Array.from(named, ([, port]) => Number(port)))].toSorted((a, b) => a - b)
}
