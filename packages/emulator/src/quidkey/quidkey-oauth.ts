import * as v from 'valibot'

import type { EmulatorContext, RouteContext } from '../context/context.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { isClient } from '../oauth/client-credentials.ts'
import { readQuidkeyBody, throwArmedRejection, unauthorized, validationError } from './quidkey-request.ts'
import { issueTokens, refreshTokens } from './quidkey-tokens.ts'

/** RFC 6749 §5.1: no cache may keep a token response. */
const NO_STORE = { 'Cache-Control': 'no-store', Pragma: 'no-cache' }

const credentials = v.object({
  grant_type: v.optional(v.literal('client_credentials', 'grant_type has to be "client_credentials".')),
  client_id: v.string('client_id has to be a string.'),
  client_secret: v.string('client_secret has to be a string.'),
})

const refresh = v.object({ refresh_token: v.string('refresh_token has to be a string.') })

const tokens = v.object({
  success: v.literal(true),
  data: v.object({
    access_token: v.string(),
    refresh_token: v.optional(v.string()),
    token_type: v.optional(v.literal('Bearer')),
    expires_in: v.pipe(v.number(), v.integer()),
  }),
})

const common = {
  method: 'POST',
  security: 'none',
  scope: undefined,
  merchant: 'none',
  idempotencyKey: 'none',
  query: {},
} as const

export const quidkeyOauthEndpoints: readonly Endpoint[] = [
  {
    ...common,
    path: '/api/v1/oauth2/token',
    summary: 'Quidkey: issues an access token and a refresh token for client credentials.',
    source: 'docs.quidkey.com/api-reference/auth/issue-a-new-access-token',
    body: { type: 'json', schema: credentials },
    replies: { 200: { description: 'The tokens.', schema: tokens } },
    answer: answerToken,
  },
  {
    ...common,
    path: '/api/v1/oauth2/refresh',
    summary: 'Quidkey: issues another access token for a refresh token.',
    source: 'docs.quidkey.com/api-reference/auth/refresh-an-existing-access-token',
    body: { type: 'json', schema: refresh },
    replies: {
      200: { description: 'The access token, and the next refresh token if tokens rotate.', schema: tokens },
    },
    answer: answerRefresh,
  },
]

function answerToken(context: EmulatorContext, c: RouteContext): Response {
  throwArmedRejection(context, c, 'UNAUTHORIZED')
  const { grant_type, client_id, client_secret } = readQuidkeyBody(c, credentials)
  if (grant_type === undefined && context.switches.quidkeyGrantType === 'required')
    throw validationError('grant_type', 'grant_type is required.')
  if (!isClient(context, { id: client_id, secret: client_secret })) throw unauthorized('UNAUTHORIZED')
  return c.json({ success: true, data: issueTokens(context) }, 200, NO_STORE)
}

function answerRefresh(context: EmulatorContext, c: RouteContext): Response {
  throwArmedRejection(context, c, 'UNAUTHORIZED')
  const { refresh_token } = readQuidkeyBody(c, refresh)
  return c.json({ success: true, data: refreshTokens(context, refresh_token) }, 200, NO_STORE)
}
