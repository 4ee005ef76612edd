/** docs.joinforage.app/reference/version-history, in the order of time. `default` is the first release. */
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

/** Returns whether the call uses `version` or a later one. */
export function isSince(called: ApiVersion, version: ApiVersion): boolean {
  return apiVersions.indexOf(called) >= apiVersions.indexOf(version)
}
