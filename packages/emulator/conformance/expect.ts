import type { Answer } from './api.ts'
import { Mismatch } from './check-errors.ts'
import type { WebhookEvent } from './webhook-inbox.ts'

/** A pattern for a value. An object pattern checks its own fields and allows others; a list is checked item by item. */
export type Pattern =
  | string
  | number
  | boolean
  | null
  | undefined
  | RegExp
  | ((value: unknown) => boolean)
  | readonly Pattern[]
  | { readonly [name: string]: Pattern }

export interface Expected {
  readonly status?: number | readonly number[]
  readonly body?: Pattern
  readonly headers?: Readonly<Record<string, string | RegExp>>
}

/** Throws `Mismatch` with the first difference. */
export function expectAnswer(answer: Answer, { status, body, headers = {} }: Expected): void {
  const statuses = status === undefined ? [answer.status] : [status].flat()
  if (!statuses.includes(answer.status)) throw unlike(answer, `the status is not ${statuses.join(' or ')}`)
  for (const [name, pattern] of Object.entries(headers)) {
    const difference = mismatch(answer.headers.get(name), pattern, name)
    if (difference !== undefined) throw unlike(answer, difference)
  }
  const difference = body === undefined ? undefined : mismatch(answer.body, body, 'the body')
  if (difference !== undefined) throw unlike(answer, difference)
}

/** Throws `Mismatch` with the first difference of a value that is no answer. `at` names the value. */
export function expectValue(value: unknown, pattern: Pattern, at: string): void {
  const difference = mismatch(value, pattern, at)
  if (difference !== undefined) throw new Mismatch(`${difference}: ${JSON.stringify(value)}`)
}

/** Throws `Mismatch` with the first difference of a webhook. */
export function expectEvent(event: WebhookEvent, pattern: Pattern): void {
  expectValue(event, pattern, 'the webhook')
}

export function expectSuccess(answer: Answer): void {
  if (answer.status < 200 || answer.status > 299) throw unlike(answer, 'the request did not succeed')
}

/** Throws `Mismatch` unless the answer refuses the credentials. */
export function expectRefused(answer: Answer): void {
  expectAnswer(answer, { status: [401, 403] })
}

/** Throws `Mismatch` if the credentials are refused. Other errors about the request do not matter. */
export function expectAdmitted(answer: Answer): void {
  const { status } = answer
  if ([401, 403].includes(status)) throw unlike(answer, 'the token is refused')
  const isOfTheResource = status < 500 && ![404, 405].includes(status)
  if (!isOfTheResource && codeOf(answer) !== 'resource_not_found')
    throw unlike(answer, 'the endpoint does not exist')
  if (status === 404 && messageOf(answer).startsWith('There is no '))
    throw unlike(answer, 'the endpoint does not exist')
}

/** Returns the list envelope with one error. Checks `message` and `source` only if they are given. */
export function listed(
  code: string,
  message?: string | RegExp,
  source?: Readonly<Record<string, Pattern>>,
): Pattern {
  const error: Record<string, Pattern> = { code, message: message ?? isText }
  return { path: isText, errors: [source ? { ...error, source } : error] }
}

export function isText(value: unknown): boolean {
  return typeof value === 'string'
}

/** Matches an object with exactly these fields. */
export function fields(...names: readonly string[]): (value: unknown) => boolean {
  const exactFields = (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).toSorted().join() === names.toSorted().join()
  return named(exactFields, `the fields ${names.join(', ')} and no other`)
}

/** Gives a predicate the name that its failure shows. */
function named(predicate: (value: unknown) => boolean, words: string): (value: unknown) => boolean {
  return Object.defineProperty((value: unknown) => predicate(value), 'name', { value: words })
}

/** Returns the code of the first error in the list envelope, or ''. */
export function codeOf({ body }: Answer): string {
  return firstError(body)['code'] ?? ''
}

export function messageOf({ body }: Answer): string {
  return firstError(body)['message'] ?? ''
}

function firstError(body: unknown): Record<string, string> {
  const errors = typeof body === 'object' && body !== null && 'errors' in body ? body.errors : undefined
  const [first] = Array.isArray(errors) ? (errors as Record<string, string>[]) : []
  return first ?? {}
}

/** Describes an answer for a note, without the request. */
export function described(answer: Answer): string {
  const code = codeOf(answer)
  const words = code === '' ? answer.text : code
  return words === '' ? `${answer.status}, no body` : `${answer.status} ${words}`
}

export function unlike(answer: Answer, why: string): Mismatch {
  return new Mismatch(`${why}: ${answer.method} ${answer.path} → ${answer.status} ${answer.text}`)
}

function mismatch(actual: unknown, pattern: Pattern, at: string): string | undefined {
  if (typeof pattern === 'function')
    return pattern(actual) ? undefined : `${at} is not ${pattern.name || 'as expected'}`
  if (pattern instanceof RegExp)
    return typeof actual === 'string' && pattern.test(actual) ? undefined : `${at} is not like ${pattern}`
  if (typeof pattern !== 'object' || pattern === null)
    return actual === pattern ? undefined : `${at} is not ${JSON.stringify(pattern)}`
  if (typeof actual !== 'object' || actual === null) return `${at} is not an object`
  if (Array.isArray(pattern) && (!Array.isArray(actual) || actual.length !== pattern.length))
    return `${at} is not a list of ${pattern.length}`
  for (const [name, part] of Object.entries(pattern as Record<string, Pattern>)) {
    const difference = mismatch((actual as Record<string, unknown>)[name], part, `${at}.${name}`)
    if (difference !== undefined) return difference
  }
  return undefined
}
