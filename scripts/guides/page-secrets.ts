import type { Page } from 'playwright'

/** Looks on while a page is used, and then says what of it should not have been seen. */
export interface PageSecrets {
  /** A sentence for each leak; none of them holds the secret. */
  leaks(): Promise<string[]>
}

/** How every client secret in a guide begins: the emulator's. */
const clientSecret = 'emulator-secret-'

/**
 * A merchant's secret may be in nothing that a page loads. The tokens that it sends may be in none of its
 * addresses, in nothing that it shows and nothing that it stores. (A page may bring its first token in a script.)
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
      const told = (await Promise.all(bodies)).filter(({ body }) => body.includes(clientSecret))
      const seen = [...urls, await shownAndStored(page)].join('\n')
      return [
        ...told.map(({ url }) => `${url} has the client secret in it.`),
        ...[...tokens].filter((token) => seen.includes(token)).map(() => 'A token can be seen in the page.'),
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
