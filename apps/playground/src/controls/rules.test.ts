import { readFile } from 'node:fs/promises'

import { expect, test } from 'vitest'

import { anchors } from '../../../../scripts/docs/markdown.ts'
import { faults } from './faults.ts'

const docs = new URL('../../../../docs/', import.meta.url)

test.for(faults)('the rule of "$label" is a heading of a page', async ({ rule }) => {
  const [page, anchor] = rule.page.split('#')
  const markdown = await readFile(new URL(`${page}.md`, docs), 'utf8')
  expect([...anchors(markdown)]).toContain(anchor)
})
