import * as v from 'valibot'

import { ForageServerError } from '../shared/errors.ts'
import { isTemporaryStatus } from '../upstream/temporary-status.ts'
import { isMerchantCode, parseJson, upstreamErrorCode } from '../upstream/upstream-error-code.ts'
import { unavailable } from '../upstream/upstream-error.ts'
import { isWebPage } from '../upstream/web-page.ts'

const retryMs = 1000
// Each request of a blocked client may prolong the block.
const refusedRetryMs = 5000

const answer = v.object({ token: v.pipe(v.string(), v.regex(/^[\x21-\x7e]+$/)) })
// The shape of an authentication token: a prefix and 30 alphanumerics. It must never reach a browser.
const authenticationToken = /^[a-z]+_[A-Za-z0-9]{30}$/i
/** Codes of Forage's errors page that only a change of configuration can end. */
const configurationCodes = new Set([
  'forbidden',
  'insufficient_scope',
  'invalid_scope',
  'not_found',
  'resource_not_found',
  'method_not_allowed',
  'invalid_input_data',
  'cannot_parse_request_body',
])

/** Returns the session token of a 2xx. Throws if the answer holds no session token, or an authentication token. */
export function readSessionToken(response: Response, body: string, parent: string, now: number): string {
  const parsed = v.safeParse(answer, parseJson(body))
  if (!parsed.success) throw withoutToken(response, body, now)
  const { token } = parsed.output
  if (!authenticationToken.test(token) && token !== parent) return token
  throw new ForageServerError(
    'not_configured',
    'The session token endpoint answered with an authentication token',
    { remedy: 'Check `sessionTokenPath`: an authentication token must never reach a browser.' },
  )
}

function withoutToken(response: Response, body: string, now: number): ForageServerError {
  if (isWebPage(response, body)) return webPage(response.status, now)
  return unavailable('Forage answered without a session token', { retryAt: now + retryMs })
}

/** Returns the error for any other answer. Only a known code is final: everything else may pass. */
export function sessionTokenRefusal(response: Response, body: string, now: number): ForageServerError {
  const { status } = response
  const code = upstreamErrorCode(body)
  if (isMerchantCode(code)) return merchantInvalid(status)
  if (status >= 500 || status < 400)
    return unavailable(`Forage answered ${status}`, { retryAt: now + retryMs, status })
  if (isWebPage(response, body)) return webPage(status, now)
  if (code !== undefined && configurationCodes.has(code) && !isTemporaryStatus(status))
    return notConfigured(code, status)
  const remedy = status === 401 ? unauthorizedRemedy : refusalRemedy
  const what = `Forage refused to mint a session token: ${code ?? status}`
  return unavailable(what, { retryAt: now + refusedRetryMs, status, remedy })
}

const refusalRemedy =
  "Try again after `retryAt`. If it stays, check `sessionTokenPath`, the pool's `scope`, and what the dashboard allows."
const unauthorizedRemedy =
  'Forage accepts the authentication token for other requests: check the `merchantAccount` and its permissions.'

function webPage(status: number, now: number): ForageServerError {
  return unavailable(
    `A web page came in place of Forage's answer (status ${status}), as a firewall, a proxy or a maintenance page sends it`,
    {
      retryAt: now + refusedRetryMs,
      status,
      remedy: 'Find out what stands between this server and Forage, and let its requests pass.',
    },
  )
}

function notConfigured(code: string, status: number): ForageServerError {
  return new ForageServerError('not_configured', `Forage refused to mint a session token: ${code}`, {
    remedy:
      "Check `sessionTokenPath`, and that the pool's `scope` may mint session tokens (`pinpad_only` may).",
    status,
  })
}

function merchantInvalid(status: number): ForageServerError {
  return new ForageServerError('merchant_invalid', 'Forage does not know this merchant account', {
    remedy: 'Check the `merchantAccount` given for this checkout: a Merchant ID like "mid/123ab45c67".',
    status,
  })
}
