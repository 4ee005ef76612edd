/**
 * Returns the `@example` parts of a source file as Markdown. Everything else becomes an empty line, so that a line of
 * an example has the same number in both. Pure.
 */
export function docstringExamples(source: string): string {
  let isDocstring = false
  let isExample = false
  const lines = source.split('\n').map((line) => {
    if (/^\s*\/\*\*/.test(line)) isDocstring = true
    const text = isDocstring ? line.replace(/^\s*\*( |$|(?=\/))/, '') : ''
    if (/^@\w/.test(text)) isExample = text.startsWith('@example')
    if (line.includes('*/')) isDocstring = isExample = false
    return isExample && !text.startsWith('@') ? text : ''
  })
  return lines.join('\n')
}
