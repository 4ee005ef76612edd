import { isForageServerError } from '@forage-session/server'
import { HTTPException } from 'hono/http-exception'

import { OrderProblem } from './http/shop-problem.ts'
import { PaymentRefusedError } from './processors/forage-payments.ts'

/**
 * Returns a function that logs unexpected errors, by name and message only. Customer mistakes, refusals by Forage and
 * an unreachable Forage are expected and not logged.
 */
export function createFaultLog(write: (line: string) => void): (error: unknown) => void {
  return (error) => {
    if (isExpected(error)) return
    const { name, message } = error instanceof Error ? error : new Error(typeof error)
    write(`The shop's backend failed: ${name}: ${message}`)
  }
}

function isExpected(error: unknown): boolean {
  const isRefusal = [OrderProblem, HTTPException, PaymentRefusedError].some((type) => error instanceof type)
  const isTimeout = error instanceof Error && error.name === 'TimeoutError'
  return isRefusal || isTimeout || isForageServerError(error)
}
