import * as v from 'valibot'

import type { EmulatorContext, RouteContext } from '../context/context.ts'
import { oauthError } from '../http/api-error.ts'
import { scopes as knownScopes, type Endpoint, type Scope } from '../http/endpoint.ts'
import { authenticationTokenTable, type AuthenticationToken } from '../tokens/authentication-token.ts'
import { bulkRevokeEndpoint } from './bulk-revoke.ts'
import { clientCredentials, requireClient } from './client-credentials.ts'
import { makeRoom } from './token-cap.ts'

const DEFAULT_SCOPE = 'hosted_checkout'
const MIN_EXPIRATION_SECONDS = 86_400
const MAX_EXPIRATION_SECONDS = 2_592_000

/** RFC 6749 §5.1: no cache may keep a token response. */
const NO_STORE = { 'Cache-Control': 'no-store', Pragma: 'no-cache' }

const common = {
  method: 'POST',
  security: 'client',
  scope: undefined,
  merchant: 'none',
  idempotencyKey: 'none',
  query: {},
} as const

const tokenResponse = v.object({
  access_token: v.string(),
  expires_in: v.pipe(v.number(), v.integer()),
  token_type: v.literal('Bearer'),
  scope: v.string(),
})

const tokenForm = v.object({
  grant_type: v.literal('client_credentials'),
  scope: v.optional(v.pipe(v.string(), v.description(`Separated by spaces: ${knownScopes.join(', ')}.`))),
  expiration_time: v.optional(
    v.pipe(v.string(), v.description(`Seconds, ${MIN_EXPIRATION_SECONDS} to ${MAX_EXPIRATION_SECONDS}.`)),
  ),
  client_id: v.optional(v.string()),
  client_secret: v.optional(v.string()),
})

const revocationForm = v.object({
  token: v.string(),
  client_id: v.optional(v.string()),
  client_secret: v.optional(v.string()),
})

export const oauthEndpoints: readonly Endpoint[] = [
  {
    ...common,
    path: '/o/token/',
    summary: 'Issues an authentication token for client credentials.',
    source: 'docs.joinforage.app/reference/create-authentication-token',
    body: { type: 'form', schema: tokenForm },
    replies: { 200: { description: 'An authentication token.', schema: tokenResponse } },
    answer: issueToken,
  },
  {
    ...common,
    path: '/o/revoke_token/',
    summary: 'Revokes an authentication token and every session token minted from it.',
    source: 'docs.joinforage.app/reference/revoke-authentication-token',
    body: { type: 'form', schema: revocationForm },
    replies: { 200: { description: 'The token is revoked, or was unknown (RFC 7009 §2.2). No body.' } },
    answer: revokeToken,
  },
  bulkRevokeEndpoint,
]

function issueToken(context: EmulatorContext, c: RouteContext): Response {
  const form = readForm(c)
  if (form.get('grant_type') !== 'client_credentials') throw oauthError(400, 'unsupported_grant_type')
  requireClient(context, clientCredentials(c.req.header('authorization'), form))
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

/** Answers the same for a token that was just revoked and for an unknown one (RFC 7009 §2.2). */
function revokeToken(context: EmulatorContext, c: RouteContext): Response {
  const form = readForm(c)
  requireClient(context, clientCredentials(c.req.header('authorization'), form))
  const token = form.get('token')
  if (!token) throw oauthError(400, 'invalid_request', 'Missing token parameter.')
  context.store.table(authenticationTokenTable).delete(token)
  return c.body(null, 200)
}

/**
 * Reads the parameters of a request to the OAuth server from its form. A parameter in the URL, or a repeated one, is an
 * error. A parameter without a value counts as omitted (RFC 6749 §3.2).
 */
function readForm(c: RouteContext): URLSearchParams {
  if (new URL(c.req.url).search)
    throw oauthError(400, 'invalid_request', 'URL query parameters are not allowed')
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(c.req.header('content-type') ?? '')
  const form = new URLSearchParams(isForm ? c.get('body') : '')
  const names = [...form.keys()]
  const repeated = names.find((name, position) => names.indexOf(name) !== position)
  if (repeated !== undefined) throw oauthError(400, 'invalid_request', `Duplicate ${repeated} parameter.`)
  return new URLSearchParams([...form].filter(([, value]) => value !== ''))
}

/** Returns the requested scopes in their order, each once. */
function readScopes(scope: string | null): Scope[] {
  const requested = new Set((scope ?? DEFAULT_SCOPE).split(' ').filter(Boolean))
  const scopes = [...requested].filter((name) => isScope(name))
  if (scopes.length === 0 || scopes.length < requested.size) throw oauthError(400, 'invalid_scope')
  return scopes
}

function isScope(name: string): name is Scope {
  return knownScopes.some((known) => known === name)
}

/** Returns the lifetime in seconds. The answer to one out of bounds is undocumented; RFC 6749 §5.2 has `invalid_request`. */
function readExpiration(context: EmulatorContext, value: string | null): number {
  if (value === null) return context.switches.defaultAuthenticationTokenSeconds
  const seconds = /^\d+$/.test(value) ? Number(value) : Number.NaN
  if (seconds >= MIN_EXPIRATION_SECONDS && seconds <= MAX_EXPIRATION_SECONDS) return seconds
  const bounds = `${MIN_EXPIRATION_SECONDS} to ${MAX_EXPIRATION_SECONDS}`
  throw oauthError(400, 'invalid_request', `expiration_time has to be an integer of seconds, ${bounds}.`)
}

function mintAuthenticationToken(
  context: EmulatorContext,
  scopes: readonly Scope[],
  expiresIn: number,
): AuthenticationToken {
  makeRoom(context)
  const value = `sandbox_${context.random.alphanumeric(30)}`
  const token = { value, scopes, expiresAt: context.time.now() + expiresIn * 1000 }
  context.store.table(authenticationTokenTable).set(value, token)
  context.store.count('authenticationTokens')
  return token
}
