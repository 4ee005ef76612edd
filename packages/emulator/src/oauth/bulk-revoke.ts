import * as v from 'valibot'

import type { EmulatorContext, RouteContext } from '../context.ts'
import { oauthError } from '../http/api-error.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { isJson, parseJsonObject } from '../http/request-body.ts'
import { requireClient } from './client-credentials.ts'
import { liveTokens, MAX_LIVE_TOKENS } from './live-tokens.ts'

const revokeCount = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_LIVE_TOKENS))

/** The names of the first two are inferred; `revoke_count` is the documented one. */
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
  // "OK - Success" is all that is documented of the answer: with no body, who parses one finds out here.
  replies: { 200: { description: 'Revoked; fewer, if fewer are live. No body.' } },
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
  for (const { value } of liveTokens(context).slice(0, count))
    context.store.authenticationTokens.delete(value)
  return c.body(null, 200)
}

/** Its errors are undocumented; they come as those of the other paths of the OAuth server. */
function readBody(c: RouteContext): Record<string, unknown> {
  if (!isJson(c)) throw oauthError(415, 'invalid_request', 'The request body has to be application/json.')
  const body = parseJsonObject(c.get('body'))
  if (!body) throw oauthError(400, 'invalid_request', 'The request body has to be one JSON object.')
  return body
}
