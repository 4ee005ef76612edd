import { isForageServerError } from '@forage-session/server'
import { HTTPException } from 'hono/http-exception'

import { OrderProblem } from './http/shop-problem.ts'
import { PaymentRefusedError } from './processors/forage-payments.ts'

/** Hears of an error that somebody else may have been told of already. */
export type FaultLog = (error: unknown) => void

/**
 * Writes down what nobody expects: not what a customer did, and not that Forage refuses or does not answer. Name and
 * message only.
 */
export function createFaultLog(write: (line: string) => void): FaultLog {
  return (error) => {
    if (isExpected(error)) return
    const { name, message } = error instanceof Error ? error : new Error(typeof error)
    write(`The shop's backend failed: ${name}: ${message}`)
  }
}

function isExpected(error: unknown): boolean {
  const isOurs = [OrderProblem, HTTPException, PaymentRefusedError].some((known) => error instanceof known)
  const isLate = error instanceof Error && error.name === 'TimeoutError'
  return isOurs || isLate || isForageServerError(error)
}
