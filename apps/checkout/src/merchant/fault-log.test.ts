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

test('an error that nobody expects is written down by name and message, without what it carries', () => {
  const error = Object.assign(new RangeError('The disk is full'), { cause: 'a-secret', headers: 'a-secret' })
  expect(written(error)).toEqual(["The shop's backend failed: RangeError: The disk is full"])
})

test('what is thrown and no error is not written down itself', () => {
  expect(written('a-secret')).toEqual(["The shop's backend failed: Error: string"])
})

test('a refusal, and a Forage that does not answer, are no faults of the backend', () => {
  const silent = new ForageServerError('upstream_unavailable', 'No answer', { remedy: '', retryable: true })
  const refused = [new OrderProblem('invalid_cart'), new PaymentRefusedError(400), new HTTPException(403)]
  expect(written(silent, new DOMException('Late', 'TimeoutError'), ...refused)).toEqual([])
})
