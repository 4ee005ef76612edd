import { expect, test } from 'vitest'

import { createMerchant } from '../test/merchant.ts'
import { endpoints } from './endpoints.ts'
import { openApi } from './openapi.ts'

test('every endpoint is described once, with its source', () => {
  const { paths } = openApi(endpoints) as { paths: Record<string, Record<string, { description: string }>> }
  const described = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { description }]) => [method, path, description]),
  )
  expect(described).toEqual(
    endpoints.map(({ method, path, source }) => [
      method.toLowerCase(),
      path.replaceAll(/:(\w+)/g, '{$1}'),
      `Source: ${source}.`,
    ]),
  )
})

test('the description is served to this machine', async () => {
  const { send } = createMerchant()
  const answer = await send('/_emulator/openapi.json')
  expect(answer.status).toBe(200)
  expect(answer.body).toMatchObject({
    openapi: '3.1.0',
    paths: { '/api/payments/{ref}/': { get: { responses: { 200: { description: 'The payment.' } } } } },
  })
})
