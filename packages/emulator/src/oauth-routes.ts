import { oauthError } from './api-error.ts'
import { requireClient } from './client-credentials.ts'
import type { EmulatorApp, EmulatorContext, RouteContext } from './context.ts'
import { route } from './route.ts'
import type { AuthenticationToken } from './store.ts'

/** docs.joinforage.app/reference/create-authentication-token */
const SCOPES = ['accounts', 'hosted_checkout', 'pinpad_only', 'reporting']
const DEFAULT_SCOPE = 'hosted_checkout'
const MIN_EXPIRATION_SECONDS = 86_400
const MAX_EXPIRATION_SECONDS = 2_592_000
const MAX_LIVE_TOKENS = 1000

/** RFC 6749 §5.1: a token response is never cached. */
const NO_STORE = { 'Cache-Control': 'no-store', Pragma: 'no-cache' }

export function mountOauth(app: EmulatorApp, context: EmulatorContext): void {
  route(app, '/o/token/', { POST: (c) => issueToken(context, c) })
  route(app, '/o/revoke_token/', { POST: (c) => revokeToken(context, c) })
}

function issueToken(context: EmulatorContext, c: RouteContext): Response {
  const form = readForm(c)
  if (form.get('grant_type') !== 'client_credentials') throw oauthError(400, 'unsupported_grant_type')
  requireClient(context, c.req.header('authorization'), form)
  const scopes = readScopes(form.get('scope'))
  const expiresIn = readExpiration(context, form.get('expiration_time'))
  const token = mintAuthenticationToken(context, scopes, expiresIn)
  const body = {
    access_token: token.value,
    expires_in: expiresIn,
    token_type: 'Bearer',
    scope: scopes.join(' '),
  }
  return c.json(body, 200, NO_STORE)
}

/** Knows no difference between a token just revoked and one that never was (RFC 7009 §2.2). */
function revokeToken(context: EmulatorContext, c: RouteContext): Response {
  const form = readForm(c)
  requireClient(context, c.req.header('authorization'), form)
  const token = form.get('token')
  if (!token) throw oauthError(400, 'invalid_request', 'Missing token parameter.')
  context.store.authenticationTokens.delete(token)
  return c.body(null, 200)
}

/** Only a form is read: parameters in the URL or given twice are errors, a JSON body has none (RFC 6749 §3.2). */
function readForm(c: RouteContext): URLSearchParams {
  const contentType = c.req.header('content-type') ?? ''
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(contentType)
  const form = new URLSearchParams(isForm ? c.get('body') : '')
  if (new URL(c.req.url).search)
    throw oauthError(400, 'invalid_request', 'URL query parameters are not allowed')
  const names = [...form.keys()]
  const repeated = names.find((name, position) => names.indexOf(name) !== position)
  if (repeated !== undefined) throw oauthError(400, 'invalid_request', `Duplicate ${repeated} parameter.`)
  return form
}

function readScopes(scope: string | null): string[] {
  const scopes = (scope ?? DEFAULT_SCOPE).split(' ').filter(Boolean)
  if (scopes.length > 0 && scopes.every((name) => SCOPES.includes(name))) return scopes
  throw oauthError(400, 'invalid_scope')
}

/** Out of its bounds the answer is undocumented; RFC 6749 §5.2 has `invalid_request` for it. */
function readExpiration(context: EmulatorContext, value: string | null): number {
  if (value === null) return context.switches.defaultAuthenticationTokenSeconds
  const seconds = /^\d+$/.test(value) ? Number(value) : Number.NaN
  if (seconds >= MIN_EXPIRATION_SECONDS && seconds <= MAX_EXPIRATION_SECONDS) return seconds
  const bounds = `${MIN_EXPIRATION_SECONDS} to ${MAX_EXPIRATION_SECONDS}`
  throw oauthError(400, 'invalid_request', `expiration_time has to be an integer of seconds, ${bounds}.`)
}

function mintAuthenticationToken(
  context: EmulatorContext,
  scopes: readonly string[],
  expiresIn: number,
): AuthenticationToken {
  makeRoom(context)
  const value = `sandbox_${context.random.alphanumeric(30)}`
  const token = { value, scopes, expiresAt: context.time.now() + expiresIn * 1000 }
  context.store.authenticationTokens.set(value, token)
  context.store.counts.authenticationTokens += 1
  return token
}

/** docs.joinforage.app/docs/authentication-reference: at most 1000 active tokens for one client. */
function makeRoom({ store, switches, time }: EmulatorContext): void {
  const tokens = store.authenticationTokens
  for (const token of tokens.values()) if (time.now() >= token.expiresAt) tokens.delete(token.value)
  if (tokens.size < MAX_LIVE_TOKENS) return
  if (switches.tokenCap === 'reject')
    throw oauthError(
      400,
      'invalid_request',
      `${MAX_LIVE_TOKENS} authentication tokens are active. Revoke some, or reuse one.`,
    )
  const [oldest] = tokens.keys()
  if (oldest !== undefined) tokens.delete(oldest)
}
