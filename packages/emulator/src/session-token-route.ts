import { authenticate } from './authentication.ts'
import type { EmulatorApp, EmulatorContext, RouteContext } from './context.ts'
import { requiredMerchant } from './merchant-account.ts'
import { route } from './route.ts'
import { writeSessionToken } from './session-token.ts'
import type { AuthenticationToken } from './store.ts'

/** "Session tokens expire after 15 minutes": docs.joinforage.app, authentication guide. */
const SESSION_TOKEN_LIFETIME_MS = 15 * 60 * 1000

export function mountSessionToken(app: EmulatorApp, context: EmulatorContext): void {
  route(app, '/api/session_token/', { POST: (c) => issueSessionToken(context, c) })
}

/** The body is ignored: forage-android-sdk's own test client sends one that belongs to `/o/token/`. */
async function issueSessionToken(context: EmulatorContext, c: RouteContext): Promise<Response> {
  const caller = authenticate(context, c, 'authentication')
  requiredMerchant(context, c)
  const parent = caller.kind === 'session' ? caller.token.parent : caller.token
  const token = await mintSessionToken(context, parent)
  return c.json({ token }, context.switches.sessionTokenStatus)
}

async function mintSessionToken(context: EmulatorContext, parent: AuthenticationToken): Promise<string> {
  const { random, sign, store, switches, time } = context
  const issuedAt = time.now()
  const expiresAt = Math.min(issuedAt + SESSION_TOKEN_LIFETIME_MS, parent.expiresAt)
  store.counts.sessionTokens += 1
  // A number of its own for each, so that two tokens of one second differ in every format.
  const id = 2_474_444 + store.counts.sessionTokens
  const claims = { id, issuedAt, expiresAt, sessionKey: random.bytes(16) }
  const value = `sandbox_${await writeSessionToken(switches.tokenFormat, claims, sign)}`
  store.sessionTokens.set(value, { value, parent, expiresAt })
  return value
}
