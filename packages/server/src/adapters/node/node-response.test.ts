import type { ServerResponse } from 'node:http'

import { expect, it } from 'vitest'

import { sendWebResponse } from './node-response.ts'

it('sending a response does not wait for a disconnected client, even if another reader holds the body', async () => {
  const original = new Response('text')
  const gone = { destroyed: true } as ServerResponse
  await sendWebResponse(gone, original.clone())
  expect(await original.text()).toBe('text')
})
