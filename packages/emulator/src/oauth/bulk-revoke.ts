import * as v from 'valibot'

import type { EmulatorContext, RouteContext } from '../context/context.ts'
import { oauthError } from '../http/api-error.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { isJson, parseJsonObject } from '../http/request-body.ts'
import { authenticationTokenTable, liveTokens } from '../tokens/authentication-token.ts'
import { requireClient } from './client-credentials.ts'
import { MAX_LIVE_TOKENS } from './token-cap.ts'

const revokeCount = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_LIVE_TOKENS))

/** `revoke_count` is documented. The names of the other two are inferred. */
const bulkRevocation = v.object({
  client_id: v.string(),
  client_secret: v.string(),
  revoke_count: revokeCount,
})

export const bulkRevokeEndpoint: Endpoint = {
  method: 'POST',
  path: '/o/bulk_revoke/',
  summary: 'Revokes the oldest authentication tokens, by expiry time, and their session tokens.',
  source: 'docs.joinforage.app/reference/bulk-revoke-auth-tokens',
  security: 'client',
  scope: undefined,
  merchant: 'none',
  idempotencyKey: 'none',
  body: { type: 'json', schema: bulkRevocation },
  query: {},
  // The docs say "OK - Success" and no more. Without a body, a client that parses one fails here first.
  replies: { 200: { description: 'The tokens are revoked, or all live ones if fewer are live. No body.' } },
  answer: bulkRevoke,
}

function bulkRevoke(context: EmulatorContext, c: RouteContext): Response {
  const body = readBody(c)
  requireClient(context, { id: body['client_id'], secret: body['client_secret'] })
  const count = body['revoke_count']
  if (!v.is(revokeCount, count))
    throw oauthError(
      400,
      'invalid_request',
      `revoke_count has to be an integer from 1 to ${MAX_LIVE_TOKENS}.`,
    )
  const tokens = context.store.table(authenticationTokenTable)
  for (const { value } of liveTokens(context).slice(0, count)) tokens.delete(value)
  return c.body(null, 200)
}

/** Reads the body. Its errors are undocumented, so they look like those of the other OAuth paths. */
function readBody(c: RouteContext): Record<string, unknown> {
  if (!isJson(c)) throw oauthError(415, 'invalid_request', 'The request body has to be application/json.')
  const body = parseJsonObject(c.get('body'))
  if (!body) throw oauthError(400, 'invalid_request', 'The request body has to be one JSON object.')
  return body
}
