import { expect, test } from 'vitest'

import { anchors, codeBlocks, links } from './markdown.ts'

test('codeBlocks returns the language, the words and the first line of each block', () => {
  const markdown = 'Text\n\n```ts no-check\nlet a\nlet b\n```\n\n~~~sh\nls\n~~~\n'
  expect(codeBlocks(markdown)).toEqual([
    { line: 4, language: 'ts', words: ['no-check'], code: 'let a\nlet b\n' },
    { line: 9, language: 'sh', words: [], code: 'ls\n' },
  ])
})

test('a fence inside a longer fence is code', () => {
  expect(codeBlocks('````md\n```ts\nlet a\n```\n````\n')).toMatchObject([{ code: '```ts\nlet a\n```\n' }])
})

test('links returns links, images and reference definitions with their lines', () => {
  const markdown = '[a](a.md) and ![b](img/b.png "B")\n\n[c]: ./c.md#part\n'
  expect(links(markdown)).toEqual([
    { line: 1, target: 'a.md' },
    { line: 1, target: 'img/b.png' },
    { line: 3, target: './c.md#part' },
  ])
})

test('links returns the pictures of HTML', () => {
  const markdown = '<source media="print" srcset="img/b.png">\n<img src="img/a.png" alt="A">\n'
  expect(links(markdown)).toEqual([
    { line: 1, target: 'img/b.png' },
    { line: 2, target: 'img/a.png' },
  ])
})

test('links ignores links in code', () => {
  expect(links('`[a](a.md)`\n\n```\n[b](b.md)\n```\n')).toEqual([])
})

test('anchors returns the anchors that GitHub gives headings', () => {
  const markdown =
    '# The `npm test` command\n## What happens at a 401?\n## Again\n## Again\n### [Link](x.md): done\n'
  expect([...anchors(markdown)]).toEqual([
    'the-npm-test-command',
    'what-happens-at-a-401',
    'again',
    'again-1',
    'link-done',
  ])
})

test('anchors ignores a comment in a shell block', () => {
  expect(anchors('```sh\n# not a heading\n```\n').size).toBe(0)
})
