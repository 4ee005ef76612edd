import { EmulatorError } from '../shared/emulator-error.ts'
import type { Settings } from './check-options.ts'
import { DEADLINE_MS } from './exchange.ts'
import { failureOfFetch } from './no-answer.ts'
import { environmentOf, isAuthenticationToken } from './token-shape.ts'

/**
 * Returns whether the API at `environment` accepts the token. Undefined if it was not asked: the environment is not a URL,
 * or the token is not a session token. Rejects with `EmulatorError` (`endpoint_unreachable`) if nothing answers there.
 */
export async function environmentAccepts(
  { environment, clock, fetch }: Settings,
  token: string,
): Promise<boolean | undefined> {
  if (environment === undefined || !environment.includes(':')) return undefined
  if (isAuthenticationToken(token) || environmentOf(token) === undefined) return undefined
  const controller = new AbortController()
  const timer = clock.setTimeout(() => controller.abort(), DEADLINE_MS)
  try {
    // No payment method has this ref, so a valid token gets another refusal than 401.
    const response = await fetch(`${environment}/api/payment_methods/0000000000/`, {
      headers: { Authorization: `Bearer ${token}`, 'Merchant-Account': '0000000000' },
      redirect: 'manual',
      signal: controller.signal,
    })
    if (response.status !== 401) await requireForage(environment, response)
    else await response.body?.cancel()
    return response.status !== 401
  } catch (error) {
    throw error instanceof EmulatorError ? error : unanswered(environment, error)
  } finally {
    clock.clearTimeout(timer)
  }
}

/** Another program refuses the request as well, but that says nothing about the token. */
async function requireForage(environment: string, response: Response): Promise<void> {
  const body = (await response.json().catch(() => undefined)) as { errors?: unknown } | null | undefined
  if (Array.isArray(body?.errors)) return
  throw new EmulatorError(
    'endpoint_unreachable',
    `The environment ${environment} does not answer like Forage's API (${response.status}). Give the URL that forage-emulator prints for the API.`,
  )
}

function unanswered(environment: string, error: unknown): EmulatorError {
  const { failure } = failureOfFetch(error)
  return new EmulatorError(
    'endpoint_unreachable',
    `The environment ${environment} does not answer: there is ${failure}. Start the emulator, or correct the environment.`,
  )
}
