import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, test } from 'vitest'

import { createMerchant } from '../../test/support/merchant.ts'
import { endpointsFor } from '../app/endpoints.ts'
import { defaultSwitches } from '../context/switch-values.ts'
import { openApi } from './openapi.ts'

const endpoints = endpointsFor(defaultSwitches)

test('the OpenAPI description has every endpoint once, with its source', () => {
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

test('the control plane serves the OpenAPI description to this machine', async () => {
  const { send } = createMerchant()
  const answer = await send('/_emulator/openapi.json')
  expect(answer.status).toBe(200)
  expect(answer.body).toMatchObject({
    openapi: '3.1.0',
    paths: { '/api/payments/{ref}/': { get: { responses: { 200: { description: 'The payment.' } } } } },
  })
})

interface Operation {
  readonly operationId: string
  readonly tags: readonly string[]
}

function allOperations(): Operation[] {
  const { paths } = openApi(endpoints) as { paths: Record<string, Record<string, Operation>> }
  return Object.values(paths).flatMap((methods) => Object.values(methods))
}

test('the description is valid OpenAPI 3.1, and all its references resolve', async () => {
  const validator = new Validator()
  expect(await validator.validate(structuredClone(openApi(endpoints)))).toEqual({ valid: true })
  expect(validator.version).toBe('3.1')
  expect(() => validator.resolveRefs()).not.toThrow()
})

test('the validator refuses a description without a version', async () => {
  const wrong = { ...openApi(endpoints), info: { title: 'No version' } }
  expect(await new Validator().validate(wrong)).toMatchObject({ valid: false })
})

test('every operation has a unique name, and a tag from the list of tags', () => {
  const ids = allOperations().map(({ operationId }) => operationId)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids).toEqual(
    expect.arrayContaining(['postOauthToken', 'getPaymentsByRef', 'postVaultPaymentsByRefCapture']),
  )
  const { tags } = openApi(endpoints) as { tags: { name: string }[] }
  const listed = tags.map(({ name }) => name)
  expect(listed).toEqual(expect.arrayContaining(['Oauth', 'Session token', 'Payment methods', 'Vault']))
  for (const { tags: given } of allOperations()) expect(listed).toEqual(expect.arrayContaining([...given]))
})
