import { fingerprint } from '../shared/fingerprint.ts'
import type { NetworkFailure } from './no-answer.ts'
import { tokensIn } from './token-shape.ts'

/** An answer of the endpoint, read to its end. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The parsed body. Undefined if it is not JSON. */
  readonly json: unknown
  /** The time until the answer was read, in ms. */
  readonly durationMs: number
  /** The time of the answer on the clock of the check, in ms since the epoch. */
  readonly at: number
}

/** A request without an answer. */
export interface NoAnswer extends NetworkFailure {
  readonly durationMs: number
}

export type Outcome = Answer | NoAnswer

export function isAnswer(outcome: Outcome): outcome is Answer {
  return !('failure' in outcome)
}

/** Returns the member `token` of an answer with status 200. Undefined without a text there. */
export function tokenOf(outcome: Outcome): string | undefined {
  if (!isAnswer(outcome) || outcome.status !== 200) return undefined
  const token = memberOf(outcome, 'token')
  return typeof token === 'string' && token !== '' ? token : undefined
}

/** Returns a member of the JSON object in the body. */
export function memberOf({ json }: Answer, name: string): unknown {
  return typeof json === 'object' && json !== null && Object.hasOwn(json, name)
    ? (json as Record<string, unknown>)[name]
    : undefined
}

/** Returns whether a token is anywhere in the answer, whatever its status is. */
export function carriesToken(answer: Answer): boolean {
  const members = [memberOf(answer, 'token'), memberOf(answer, 'access_token')]
  const hasMember = members.some((member) => typeof member === 'string' && member !== '')
  return hasMember || tokensIn(searchableText(answer)).length > 0
}

/** Returns everything that the browser would get: the headers, one a line, and the body. */
function searchableText({ headers, text }: Answer): string {
  return [...Array.from(headers, ([name, value]) => `${name}: ${value}`), text].join('\n')
}

const jsonType = /^application\/([\w.-]+\+)?json\b/i

function isJson({ headers, json }: Answer): boolean {
  return json !== undefined && jsonType.test(headers.get('content-type') ?? '')
}

/** Returns whether an answer refuses its request: a 4xx with JSON and without a token. */
export function isRefusal(outcome: Outcome): boolean {
  return isAnswer(outcome) && isClientError(outcome) && isJson(outcome) && !carriesToken(outcome)
}

/** A platform that hides redirects reports the status 0. */
export function isRedirect({ status }: Answer): boolean {
  return status === 0 || (status >= 300 && status < 400)
}

function isClientError({ status }: Answer): boolean {
  return status >= 400 && status < 500
}

/** Describes an answer without a text of its body: `403 (origin_denied)`, `302, a redirect`, `a token (200)`. */
export function describe(outcome: Outcome): string {
  if (!isAnswer(outcome)) return outcome.failure
  const { status } = outcome
  const isToken = carriesToken(outcome)
  if (isRedirect(outcome)) return `a redirect (${status})${isToken ? ' with a token in it' : ''}`
  if (isToken) return `a token (${status}${nameOfToken(outcome)})`
  const code = memberOf(outcome, 'code')
  const known = typeof code === 'string' && /^[a-z][a-z_-]{1,40}$/.test(code) ? ` (${code})` : ''
  return `${status}${isJson(outcome) ? known : ` with ${instead(outcome)}`}`
}

function nameOfToken(answer: Answer): string {
  const token = tokenOf(answer)
  return token === undefined ? '' : `, fingerprint ${fingerprint(token)}`
}

function instead({ headers, text }: Answer): string {
  if (text === '') return 'an empty body instead of JSON'
  const type = headers.get('content-type') ?? ''
  if (jsonType.test(type)) return 'a body that is not JSON'
  return `${/^[\w.+-]+\/[\w.+-]+/.exec(type)?.[0] ?? 'no content type'} instead of JSON`
}
