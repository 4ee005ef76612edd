import { expect, it } from 'vitest'

import { isFromOurPage } from './browser-guard.ts'

const shop = 'https://shop.example'
const evil = 'https://evil.example'

// Sec-Fetch-Site × Origin. The columns are the listed origin, another one, `null`, and no origin.
const table: [site: string | null, ...allowed: [boolean, boolean, boolean, boolean]][] = [
  ['same-origin', true, true, false, true],
  ['same-site', true, false, false, false],
  ['cross-site', true, false, false, false],
  ['none', false, false, false, false],
  ['unheard-of', false, false, false, false],
  [null, true, false, false, false],
]

for (const [secFetchSite, ...allowed] of table) {
  for (const [i, origin] of [shop, evil, 'null', null].entries()) {
    it(`${allowed[i] ? 'isFromOurPage allows' : 'isFromOurPage refuses'} Sec-Fetch-Site ${secFetchSite} with Origin ${origin}`, () => {
      const request = { secFetchSite, origin, isAllowed: origin === shop }
      expect(isFromOurPage({ ...request, secFetchMode: 'cors' })).toBe(allowed[i])
    })
    it(`isFromOurPage refuses a navigation with Sec-Fetch-Site ${secFetchSite} and Origin ${origin}`, () => {
      const request = { secFetchSite, origin, isAllowed: origin === shop }
      expect(isFromOurPage({ ...request, secFetchMode: 'navigate' })).toBe(false)
    })
  }
}
