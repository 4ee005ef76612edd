import type { Switches } from '../switches.ts'
import { invalidInput } from './api-error.ts'

/** docs.joinforage.app/reference/version-history. In the order of time: `default` is the first release. */
export const apiVersions = [
  'default',
  '2023-05-15',
  '2024-01-08',
  '2024-02-15',
  '2024-03-05',
  '2024-05-07',
  '2024-08-30',
  '2025-01-14',
  '2025-08-04',
] as const

export type ApiVersion = (typeof apiVersions)[number]

/** The newest known version that is not newer than the one asked for: header, else the dashboard's default. */
export function apiVersion(
  switches: Pick<Switches, 'apiDefaultVersion' | 'malformedApiVersion'>,
  path: string,
  header: string | undefined,
): ApiVersion {
  const asked = header || switches.apiDefaultVersion
  if (asked === 'default') return 'default'
  if (!isDate(asked)) {
    if (switches.malformedApiVersion === 'default') return 'default'
    throw invalidInput(
      path,
      'Version',
      `API-Version has to be "default" or a date as 2024-01-08, got "${asked}".`,
    )
  }
  return apiVersions.findLast((known) => known !== 'default' && known <= asked) ?? 'default'
}

/** Of the calendar: `2024-02-30` is none. */
function isDate(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === text
}

/** Whether the call speaks `version` or a later one. */
export function isSince(called: ApiVersion, version: ApiVersion): boolean {
  return apiVersions.indexOf(called) >= apiVersions.indexOf(version)
}
