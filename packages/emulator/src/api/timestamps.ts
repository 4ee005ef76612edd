import { isSince, type ApiVersion } from '../shared/api-versions.ts'
import { utcTime } from '../shared/wire.ts'

/**
 * Writes each moment (`Date`) of a body in the format of the called version. Since 2024-05-07 "all timestamps" are "in
 * UTC" (docs.joinforage.app/reference/changelog). Earlier versions have the offset and the microseconds of the docs'
 * examples, such as `2023-09-18T11:38:29.279185-07:00`. Text that resembles a moment, as in a merchant's metadata, stays
 * unchanged.
 */
export function writeTimestamps(body: unknown, version: ApiVersion): unknown {
  if (body instanceof Date)
    return isSince(version, '2024-05-07') ? utcTime(body.getTime()) : pacificTime(body)
  if (Array.isArray(body)) return body.map((item) => writeTimestamps(item, version))
  if (typeof body !== 'object' || body === null) return body
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, writeTimestamps(value, version)]),
  )
}

let pacific: Intl.DateTimeFormat | undefined

/** Creates the format on demand: it loads the time zones, which would be a tenth of the emulator's start. */
function pacificFormat(): Intl.DateTimeFormat {
  pacific ??= new Intl.DateTimeFormat('en-US', {
    timeZone: 'America/Los_Angeles',
    timeZoneName: 'longOffset',
  })
  return pacific
}

function pacificTime(moment: Date): string {
  const offset = pacificOffset(moment)
  const local = new Date(moment.getTime() + offset.ms).toISOString()
  return `${local.slice(0, -1)}000${offset.text}`
}

/** Returns the difference of Pacific time from UTC at a moment, as `-08:00` and in ms. */
export function pacificOffset(moment: Date): { text: string; ms: number } {
  const name =
    pacificFormat()
      .formatToParts(moment)
      .find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const [, text = '+00:00', sign = '+', hours = '0', minutes = '0'] =
    /GMT(([+-])(\d\d):(\d\d))/.exec(name) ?? []
  const offsetMinutes = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1)
  return { text, ms: offsetMinutes * 60_000 }
}
