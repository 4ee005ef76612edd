import { unavailable } from './upstream-error.ts'

/**
 * Sends one request. A redirect is refused, because it would carry the credential to another address. A cache is never
 * used: Next.js 13 and 14 cache even a POST (vercel/next.js#52405). Rejects with `fetch`'s own error, or for a redirect
 * with `upstream_unavailable` and the status.
 */
export async function unredirectedFetch(
  fetch: typeof globalThis.fetch,
  url: string,
  init: RequestInit,
): Promise<Response> {
  // Workers throw on `redirect: 'error'`.
  const response = await fetch(url, { ...withoutCache(init), redirect: 'manual' })
  const isOpaque = response.type === 'opaqueredirect'
  if (!isOpaque && !isRedirect(response.status)) return response
  response.body?.cancel().catch(() => {})
  const shown = isOpaque ? 'a redirect' : `a redirect, ${response.status}`
  throw unavailable(`The API answered with ${shown}`, {
    remedy: 'Check the address and the paths in `environment`: a redirected request would leak a credential.',
    // Browsers hide the status of a redirect.
    ...(!isOpaque && { status: response.status }),
  })
}

// Also a 300 or 304 is no answer to these requests.
function isRedirect(status: number): boolean {
  return status >= 300 && status < 400
}

let throwsOnCache: boolean | undefined

/** Workers with a compatibility date before November 2024 throw on the option `cache`; they have no cache for requests. */
function withoutCache(init: RequestInit): RequestInit {
  throwsOnCache ??= !acceptsCache()
  const { cache: _cache, ...rest } = init
  return throwsOnCache ? rest : { ...rest, cache: 'no-store' }
}

function acceptsCache(): boolean {
  try {
    return Boolean(new Request('https://api.example/', { cache: 'no-store' }))
  } catch {
    return false
  }
}
