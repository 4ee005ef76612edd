import type { CommandLine } from '../command-line.ts'
import type { Configuration } from '../configuration/configuration.ts'
import { UsageError } from '../usage-error.ts'

export interface DrillTarget {
  host: string
  isEmulator: boolean
  merchantAccount: string
}

/** Where to drill: the emulator, or a host that was named twice over. Throws `UsageError`. */
export async function drillTarget(
  { resolved, merchantAccount }: Configuration,
  { host: named, yes }: CommandLine,
): Promise<DrillTarget> {
  const { apiUrl } = resolved.endpoints
  const { host } = new URL(apiUrl)
  if (merchantAccount === undefined) {
    throw new UsageError(
      'FORAGE_MERCHANT_ID is not set: a drill mints session tokens. The emulator has 123ab45c67.',
    )
  }
  const isEmulator = await isEmulatorAt(apiUrl, resolved.fetch)
  if (isEmulator || (named === host && yes)) return { host, isEmulator, merchantAccount }
  throw new UsageError(
    `${host} is not the emulator. A drill takes its own tokens there, and some of the limits that its checkouts share. ` +
      `If that is meant: --host ${host} --yes. Else start forage-emulator and set FORAGE_ENVIRONMENT to its origin.`,
  )
}

/** The emulator has a control plane, for this machine only. */
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
