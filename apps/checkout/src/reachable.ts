import type { RealTarget } from './forage-target.ts'
import { StartError } from './start-error.ts'

const timeoutMs = 5000

/** Throws `StartError` if the API sends no response at all. Any status is accepted, because only the network is checked. */
export async function assertReachable(
  { apiUrl, environment }: Pick<RealTarget, 'apiUrl' | 'environment'>,
  fetch: typeof globalThis.fetch = globalThis.fetch,
): Promise<void> {
  try {
    const response = await fetch(apiUrl, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    await response.body?.cancel()
  } catch {
    throw new StartError(
      `Cannot reach Forage's ${environment} at ${new URL(apiUrl).host}: check the network, or unset FORAGE_CLIENT_ID, FORAGE_CLIENT_SECRET and FORAGE_MERCHANT_ID to use the emulator.`,
    )
  }
}
