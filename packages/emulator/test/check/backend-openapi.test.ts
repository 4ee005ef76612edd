import { readFileSync } from 'node:fs'

import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, test } from 'vitest'

test('docs/backend.openapi.json is valid OpenAPI 3.1, and all its references resolve', async () => {
  const file = new URL('../../../../docs/backend.openapi.json', import.meta.url)
  const validator = new Validator()
  expect(await validator.validate(JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>)).toEqual(
    { valid: true },
  )
  expect(validator.version).toBe('3.1')
  expect(() => validator.resolveRefs()).not.toThrow()
})
