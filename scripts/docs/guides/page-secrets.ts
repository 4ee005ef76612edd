import type { Page } from 'playwright'

import { clientSecret } from './committed-secrets.ts'

/** Watches a page during a guide and then reports leaked secrets. */
export interface PageSecrets {
  /** Returns a sentence for each leak. No sentence contains the secret. */
  leaks(): Promise<string[]>
}

/**
 * Watches the page for leaks. A file that the page loads must not contain the merchant's secret. The page must not show
 * or store the tokens that it sends, nor put them into a URL. (A page may bring its first token in a script.)
 */
export function watchSecrets(page: Page): PageSecrets {
  const tokens = new Set<string>()
  const urls = new Set<string>()
  const bodies: Promise<{ url: string; body: string }>[] = []
  page.on('request', (request) => {
    urls.add(request.url())
    const [, token] = /^Bearer (.+)$/.exec(request.headers()['authorization'] ?? '') ?? []
    if (token !== undefined) tokens.add(token)
  })
  page.on('response', (response) => {
    const body = response.text().catch(() => '')
    bodies.push(body.then((text) => ({ url: response.url(), body: text })))
  })
  return {
    async leaks() {
      const withSecret = (await Promise.all(bodies)).filter(({ body }) => body.includes(clientSecret))
      const seen = [...urls, await shownAndStored(page)].join('\n')
      return [
        ...withSecret.map(({ url }) => `${url} contains the client secret.`),
        ...[...tokens]
          .filter((token) => seen.includes(token))
          .map(() => 'The page shows, stores or puts into a URL one of its tokens.'),
      ]
    },
  }
}

function shownAndStored(page: Page): Promise<string> {
  return page.evaluate(() =>
    [
      document.body.innerText,
      document.cookie,
      Object.entries(localStorage),
      Object.entries(sessionStorage),
      location.href,
    ]
      .map((place) => JSON.stringify(place))
      .join('\n'),
  )
}
