import { EmulatorError } from '../shared/emulator-error.ts'
import { isAnswer, tokenOf, type NoAnswer, type Outcome } from './answer.ts'
import { checkSettings, type CheckEndpointOptions } from './check-options.ts'
import { createCheckSteps, type CheckSteps, type Verdicts } from './check-steps.ts'
import { checkIds, namedCheck, skip, type EndpointCheck, type Verdict } from './endpoint-check.ts'
import { createExchange } from './exchange.ts'
import { pageRequest } from './page-request.ts'
import { latencyOf, latencyVerdict, retryAfterVerdict, type Latency } from './verdicts/load-verdicts.ts'
import { secretsVerdict } from './verdicts/secrets-verdict.ts'
import { tokenVerdict } from './verdicts/token-verdicts.ts'

/** The result of `checkEndpoint`. No token and no credential is in it: tokens are fingerprints. */
export interface EndpointReport extends Latency {
  /** Whether no check failed, apart from warnings. */
  readonly ok: boolean
  /** Every check, in a fixed order. */
  readonly checks: readonly EndpointCheck[]
}

/**
 * Checks a merchant's endpoint for session tokens, in any language, and takes about 12 s. It sends what a browser's page
 * sends, and what a page must not get an answer to. Rejects with `EmulatorError`: `invalid_option` for an invalid option,
 * `endpoint_unreachable` if nothing answers at `url`, or at an emulator's URL in `environment`.
 *
 * @example
 * ```ts
 * import { checkEndpoint } from '@forage-session/emulator'
 *
 * const { ok, checks } = await checkEndpoint({
 *   url: 'http://localhost:3000/api/forage/session-token',
 *   headers: { Cookie: 'session=a-customer' },
 *   checkoutId: 'cart-1',
 *   environment: 'http://127.0.0.1:4010',
 * })
 * if (!ok) console.error(checks.filter(({ status }) => status === 'fail'))
 * ```
 */
export async function checkEndpoint(options: CheckEndpointOptions): Promise<EndpointReport> {
  const settings = checkSettings(options)
  const exchange = createExchange(settings)
  const steps = createCheckSteps(settings, exchange)
  const base = await exchange.sendPatiently(pageRequest(settings))
  if (!isAnswer(base) && !base.isReachable) throw unreachable(settings.url, base)
  const verdicts = { token: tokenVerdict(base), ...(await verdictsOfSteps(steps, base)) }
  const { answers } = exchange
  const latency = latencyOf(answers)
  return report(latency, {
    ...verdicts,
    'retry-after': retryAfterVerdict(answers),
    secrets: secretsVerdict(answers, settings),
    latency: latencyVerdict(latency),
  })
}

/** Skips most checks if there is no token: an endpoint that refuses everything would pass them. */
async function verdictsOfSteps(steps: CheckSteps, base: Outcome): Promise<Verdicts> {
  if (!isAnswer(base)) return {}
  const token = tokenOf(base)
  if (token === undefined) return steps.signedOutOnly()
  return {
    ...(await steps.token(base, token)),
    ...(await steps.guards(base)),
    ...(await steps.signedOut()),
    ...(await steps.bodies()),
    ...(await steps.laterTokens()),
  }
}

const needsToken: Verdict = skip('Not checked, because the check `token` got no token.')

function report(latency: Latency, verdicts: Verdicts): EndpointReport {
  const checks = checkIds.map((id) => namedCheck(id, verdicts[id] ?? needsToken))
  const failed = checks.filter(({ status }) => status === 'fail')
  return { ok: failed.every(({ severity }) => severity === 'warning'), ...latency, checks }
}

function unreachable(url: string, { failure, remedy }: NoAnswer): EmulatorError {
  // The query may have a secret in it.
  const { origin, pathname } = new URL(url)
  const where = failure.startsWith('no connection') ? 'to' : 'from'
  return new EmulatorError(
    'endpoint_unreachable',
    `There is ${failure} ${where} ${origin}${pathname}. ${remedy}`,
  )
}
