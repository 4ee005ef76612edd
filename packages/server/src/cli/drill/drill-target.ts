import type { CommandLine } from '../command-line.ts'
import type { Configuration } from '../configuration/configuration.ts'
import { UsageError } from '../outcome.ts'

/** The API that a drill runs against. */
export interface DrillTarget {
  host: string
  isEmulator: boolean
  merchantAccount: string
}

/** Returns the API to drill against: the emulator, or the host confirmed by --host and --yes. Throws `UsageError`. */
export async function drillTarget(
  { resolved, merchantAccount }: Configuration,
  { host: named, yes }: CommandLine,
): Promise<DrillTarget> {
  const { apiUrl } = resolved.endpoints
  const { host } = new URL(apiUrl)
  if (merchantAccount === undefined) {
    throw new UsageError(
      'FORAGE_MERCHANT_ID is not set, and a drill mints session tokens. The merchant of the emulator is 123ab45c67.',
    )
  }
  const isEmulator = await isEmulatorAt(apiUrl, resolved.fetch)
  if (isEmulator || (named === host && yes)) return { host, isEmulator, merchantAccount }
  throw new UsageError(
    `${host} is not the emulator. A drill mints its own tokens there and uses up request limits that checkouts share. ` +
      `To drill there, add --host ${host} --yes. Otherwise, start forage-emulator and set FORAGE_ENVIRONMENT to its origin.`,
  )
}

/** Only the emulator has a control plane, and only on this machine. */
async function isEmulatorAt(apiUrl: string, fetch: typeof globalThis.fetch): Promise<boolean> {
  if (!/^http:\/\/(127(\.\d+){3}|\[::1\]|localhost)(:\d+)?$/.test(apiUrl)) return false
  try {
    const answer = await fetch(`${apiUrl}/_emulator/counts`, { signal: AbortSignal.timeout(5000) })
    const counts: unknown = await answer.json()
    return typeof counts === 'object' && counts !== null && 'authenticationTokens' in counts
  } catch {
    return false
  }
}
