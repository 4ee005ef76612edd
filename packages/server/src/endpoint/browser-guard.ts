export interface GuardedRequest {
  /** Fetch Metadata. Null if the browser does not send it (older Safari, plain http on a LAN). */
  secFetchSite: string | null
  secFetchMode: string | null
  origin: string | null
  /** Whether pages of this origin may request a token. */
  isAllowed: boolean
}

/**
 * Returns whether a page of the shop sent the request: another site must not use the customer's cookies. See W3C Fetch
 * Metadata Request Headers §2.
 */
export function isFromOurPage({ secFetchSite, secFetchMode, origin, isAllowed }: GuardedRequest): boolean {
  if (secFetchMode === 'navigate' || origin === 'null') return false
  if (secFetchSite === 'same-origin') return true
  // `none` is the address bar, from which no POST comes.
  if (secFetchSite !== null && secFetchSite !== 'same-site' && secFetchSite !== 'cross-site') return false
  return isAllowed
}
