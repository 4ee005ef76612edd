import { expect, test } from 'vitest'

import { guideSteps, portsOf } from './guide-steps.ts'

const guide = `# A guide

\`\`\`sh
mkdir shop \\
  && true
cd shop
\`\`\`

\`\`\`ts file=src/main.ts
let a
\`\`\`

\`\`\`sh background
node src/main.ts
\`\`\`

\`\`\`text expect
listens on http://localhost:8787
\`\`\`

Open <http://localhost:8787>. Type _1234_ into _EBT card PIN_, press _Pay now_ and then look:

\`\`\`text expect
Paid …

Thank you
\`\`\`
`

test('guideSteps returns the steps of a guide in the order of its text, with their lines', () => {
  expect(guideSteps(guide)).toEqual([
    { kind: 'run', line: 4, commands: ['mkdir shop    && true', 'cd shop'] },
    { kind: 'write', line: 10, file: 'src/main.ts', code: 'let a\n' },
    { kind: 'start', line: 14, command: 'node src/main.ts' },
    { kind: 'expect', line: 18, texts: ['listens on http://localhost:8787'] },
    { kind: 'open', line: 21, url: 'http://localhost:8787' },
    { kind: 'type', line: 21, text: '1234', label: 'EBT card PIN' },
    { kind: 'press', line: 21, label: 'Pay now' },
    { kind: 'expect', line: 24, texts: ['Paid …', 'Thank you'] },
  ])
})

test('guideSteps ignores a block that is not a file, a command or an expected text', () => {
  expect(guideSteps('```sh\ntrue\n```\n\n```ts\nlet a\n```\n\n```text\nsome output\n```\n')).toEqual([
    { kind: 'run', line: 2, commands: ['true'] },
  ])
})

test('a page without files and commands has no steps, even if it names a button to press', () => {
  expect(guideSteps('Press _Renew_.\n\n```ts\nlet a\n```\n')).toEqual([])
})

test('a background block with two commands is an error', () => {
  expect(() => guideSteps('```sh\ntrue\n```\n\n```sh background\nnode a.ts\nnode b.ts\n```\n')).toThrow(
    'Line 6: a background block must contain one command, not 2.',
  )
})

test('portsOf finds the ports in the files, commands and addresses of a guide', () => {
  const steps = guideSteps(`${guide}\n\`\`\`ts file=api.ts\nconst url = 'http://127.0.0.1:4010'\n\`\`\`\n`)
  expect(portsOf(steps)).toEqual([4010, 8787])
})
