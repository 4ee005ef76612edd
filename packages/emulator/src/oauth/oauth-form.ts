import type { RouteContext } from '../context.ts'
import { oauthError } from '../http/api-error.ts'

/**
 * The parameters of a request to the OAuth server. Only a form is read: parameters in the URL or given twice are
 * errors, a JSON body has none; one without a value counts as omitted (RFC 6749 §3.2).
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
