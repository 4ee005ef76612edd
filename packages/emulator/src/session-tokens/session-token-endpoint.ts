import * as v from 'valibot'

import type { EmulatorContext } from '../context.ts'
import { apiEndpoint } from '../http/api-endpoint.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { writeSessionToken } from './session-token.ts'

/** "Session tokens expire after 15 minutes": docs.joinforage.app, authentication guide. */
const SESSION_TOKEN_LIFETIME_MS = 15 * 60 * 1000

const response = { description: 'A session token of 15 minutes.', schema: v.object({ token: v.string() }) }

/** The body is ignored: forage-android-sdk's own test client sends one that belongs to `/o/token/`. */
export const sessionTokenEndpoint: Endpoint = apiEndpoint({
  method: 'POST',
  path: '/api/session_token/',
  summary: 'Mints a session token from an authentication token.',
  source: 'docs.joinforage.app/reference/create-session-token',
  tokens: 'authentication',
  merchant: 'required',
  replies: { 200: response, 201: response },
  handle({ context, caller }) {
    const parent = caller.kind === 'session' ? caller.token.parent : caller.token.value
    return { status: context.switches.sessionTokenStatus, body: { token: mint(context, parent) } }
  },
})

function mint(context: EmulatorContext, parent: string): string {
  const { random, sign, store, switches, time } = context
  const issuedAt = time.now()
  const parentExpiresAt = store.authenticationTokens.get(parent)?.expiresAt ?? issuedAt
  const expiresAt = Math.min(issuedAt + SESSION_TOKEN_LIFETIME_MS, parentExpiresAt)
  store.count('sessionTokens')
  // A number of its own for each, so that two tokens of one second differ in every format.
  const id = 2_474_444 + store.facts().counts.sessionTokens
  const claims = { id, issuedAt, expiresAt, sessionKey: random.bytes(16) }
  const value = `sandbox_${writeSessionToken(switches.tokenFormat, claims, sign)}`
  store.sessionTokens.set(value, { value, parent, expiresAt })
  return value
}
