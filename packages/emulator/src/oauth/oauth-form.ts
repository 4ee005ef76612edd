import type { RouteContext } from '../context/context.ts'
import { oauthError } from '../http/api-error.ts'

/**
 * Reads the parameters of a request to the OAuth server from its form. A parameter in the URL, or a repeated one, is an
 * error. A parameter without a value counts as omitted (RFC 6749 §3.2).
 */
export function readForm(c: RouteContext): URLSearchParams {
  if (new URL(c.req.url).search)
    throw oauthError(400, 'invalid_request', 'URL query parameters are not allowed')
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(c.req.header('content-type') ?? '')
  const form = new URLSearchParams(isForm ? c.get('body') : '')
  const names = [...form.keys()]
  const repeated = names.find((name, position) => names.indexOf(name) !== position)
  if (repeated !== undefined) throw oauthError(400, 'invalid_request', `Duplicate ${repeated} parameter.`)
  return new URLSearchParams([...form].filter(([, value]) => value !== ''))
}
