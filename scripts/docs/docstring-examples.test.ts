import { expect, test } from 'vitest'

import { docstringExamples } from './docstring-examples.ts'
import { codeBlocks } from './markdown.ts'

const source = `/**
 * Adds two numbers.
 *
 * @example
 * \`\`\`ts
 * const sum = add(1, 2)
 *
 * console.log(sum)
 * \`\`\`
 * @returns the sum
 * \`\`\`ts
 * not an example
 * \`\`\`
 */
export function add(a: number, b: number): number {
  /* \`\`\`ts
   not a docstring
   \`\`\` */
  return a + b
}
`

test('the code of an @example keeps its line numbers, and nothing else of the source is left', () => {
  const blocks = codeBlocks(docstringExamples(source))
  expect(blocks).toEqual([
    { line: 6, language: 'ts', words: [], code: 'const sum = add(1, 2)\n\nconsole.log(sum)\n' },
  ])
})
