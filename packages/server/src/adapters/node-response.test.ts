import type { ServerResponse } from 'node:http'

import { expect, it } from 'vitest'

import { sendWebResponse } from './node-response.ts'

it('a client that is gone is not waited for, whoever else reads the answer', async () => {
  const original = new Response('text')
  const gone = { destroyed: true } as ServerResponse
  await sendWebResponse(gone, original.clone())
  expect(await original.text()).toBe('text')
})
