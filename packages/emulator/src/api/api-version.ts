import type { Switches } from '../context/switches.ts'
import { invalidInput } from '../http/api-error.ts'
import { apiVersions, type ApiVersion } from '../shared/api-versions.ts'

/** Returns the newest known version that is not newer than the header's, or than the dashboard's without a header. */
export function apiVersion(
  switches: Pick<Switches, 'apiDefaultVersion' | 'malformedApiVersion'>,
  path: string,
  header: string | undefined,
): ApiVersion {
  const requested = header || switches.apiDefaultVersion
  if (requested === 'default') return 'default'
  if (!isDate(requested)) {
    if (switches.malformedApiVersion === 'default') return 'default'
    throw invalidInput(
      path,
      'Version',
      `API-Version has to be "default" or a date as 2024-01-08, got "${requested}".`,
    )
  }
  return apiVersions.findLast((known) => known !== 'default' && known <= requested) ?? 'default'
}

/** Returns whether the calendar has this date: it has no `2024-02-30`. */
function isDate(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === text
}
