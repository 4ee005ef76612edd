import { ForageServerError } from '@forage-session/server'
import { HTTPException } from 'hono/http-exception'
import { expect, test } from 'vitest'

import { createFaultLog } from './fault-log.ts'
import { OrderProblem } from './http/shop-problem.ts'
import { PaymentRefusedError } from './processors/forage-payments.ts'

function written(...errors: unknown[]): string[] {
  const lines: string[] = []
  errors.forEach(createFaultLog((line) => lines.push(line)))
  return lines
}

test('an unexpected error is logged with its name and message, without its cause and other fields', () => {
  const error = Object.assign(new RangeError('The disk is full'), { cause: 'a-secret', headers: 'a-secret' })
  expect(written(error)).toEqual(["The shop's backend failed: RangeError: The disk is full"])
})

test('if a thrown value is not an error, the log shows only its type', () => {
  expect(written('a-secret')).toEqual(["The shop's backend failed: Error: string"])
})

test('a refusal, and a Forage that does not answer, are no faults of the backend', () => {
  const silent = new ForageServerError('upstream_unavailable', 'No answer', { remedy: '' })
  const refused = [new OrderProblem('invalid_cart'), new PaymentRefusedError(400), new HTTPException(403)]
  expect(written(silent, new DOMException('Late', 'TimeoutError'), ...refused)).toEqual([])
})
