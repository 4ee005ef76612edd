import { finding, type Finding } from '../configuration/finding.ts'

/** Requests, and the status of the last answer if it was a web page. */
export interface WatchedRequests {
  fetch: typeof globalThis.fetch
  page?: number
}

/** Watches for web pages: no endpoint of Forage answers with one. */
export function watchedPages(fetch: typeof globalThis.fetch): WatchedRequests {
  const watched: WatchedRequests = {
    fetch: async (input, init) => {
      const response = await fetch(input, init)
      const { status, headers } = response
      if (/^(text\/html|application\/xhtml)/i.test(headers.get('content-type') ?? '')) watched.page = status
      else delete watched.page
      return response
    },
  }
  return watched
}

/** Returns the finding for a page that came in place of an answer. */
export function egressBlocked(url: string, status: number): Finding {
  const { host, pathname } = new URL(url)
  return finding('error', 'egress-blocked', [
    `A web page with status ${status} came in place of the answer of ${host}${pathname}`,
    "A firewall, a proxy or a maintenance page answered. Forage's endpoints answer with JSON.",
    "Let POST requests to this host pass the firewall and the egress proxy. If they pass, check the paths in FORAGE_…_PATH and Forage's status page.",
  ])
}
