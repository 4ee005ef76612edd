import * as v from 'valibot'

import { apiEndpoint } from '../api/api-endpoint.ts'
import type { EmulatorContext } from '../context/context.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { authenticationTokenTable } from '../tokens/authentication-token.ts'
import { sessionTokenTable } from '../tokens/session-token.ts'
import { writeSessionToken } from './session-token-format.ts'

/** "Session tokens expire after 15 minutes": docs.joinforage.app, authentication guide. */
const SESSION_TOKEN_LIFETIME_MS = 15 * 60 * 1000

/** Five digits, as in the first real token of forage-android-sdk's history, whose first segment has padding. */
const FIRST_ID = 42_986

const response = {
  description: 'A session token that lasts 15 minutes.',
  schema: v.object({ token: v.string() }),
}

/** It ignores the body: forage-android-sdk's own test client sends a body that belongs to `/o/token/`. */
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
  const parentExpiresAt = store.table(authenticationTokenTable).get(parent)?.expiresAt ?? issuedAt
  const expiresAt = Math.min(issuedAt + SESSION_TOKEN_LIFETIME_MS, parentExpiresAt)
  store.count('sessionTokens')
  // Each token has another number, so that two tokens of the same second differ in every format.
  const id = FIRST_ID + store.facts().counts.sessionTokens
  const claims = { id, issuedAt, expiresAt, sessionKey: random.bytes(16) }
  const value = `sandbox_${writeSessionToken(switches.tokenFormat, claims, sign)}`
  store.table(sessionTokenTable).set(value, { value, parent, expiresAt })
  return value
}
