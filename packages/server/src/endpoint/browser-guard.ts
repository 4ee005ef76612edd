export interface GuardedRequest {
  /** Fetch Metadata; null where the browser does not send it (older Safari, plain http on a LAN). */
  secFetchSite: string | null
  secFetchMode: string | null
  origin: string | null
}

/**
 * Whether a page of ours sent this, so that another site cannot spend the customer's cookies. `origins` are the
 * listed ones. See W3C Fetch Metadata Request Headers §2.
 */
export function isFromOurPage(
  { secFetchSite, secFetchMode, origin }: GuardedRequest,
  origins: readonly string[],
): boolean {
  if (secFetchMode === 'navigate' || origin === 'null') return false
  if (secFetchSite === 'same-origin') return true
  const isListed = origin !== null && origins.includes(origin)
  // `none` is the address bar: nobody types a POST.
  if (secFetchSite !== null && secFetchSite !== 'same-site' && secFetchSite !== 'cross-site') return false
  return isListed
}
