import { defineConfig, devices } from '@playwright/test'

import { chromiumLaunch, firefoxLaunch } from '../../scripts/toolchain/browsers.ts'

const webkitOnly = '**/webkit.spec.ts'
/** `SHOP_SCREENSHOTS=1` also takes screenshots of every step. They are for people to see and check nothing. */
const screenshots = process.env['SHOP_SCREENSHOTS'] ? [] : ['**/screenshots.spec.ts']

/** `pnpm test:e2e` runs all tests in each browser. `npm test` runs most in Chromium, and tagged ones in the others. */
const isDeep = process.env['E2E'] === 'all'
const tagged = isDeep ? {} : { grep: /@everywhere/ }

export default defineConfig({
  testDir: 'e2e',
  outputDir: '../../test-results',
  globalSetup: './e2e/support/build-shop.ts',
  fullyParallel: true,
  forbidOnly: true,
  retries: 0,
  // Stories mostly wait for pages and for delayed answers, so there can be more workers than cores.
  workers: 3,
  // A busy machine must not make a test fail.
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['json']],
  // A trace makes a test a third slower, so set `TRACE=1` only when you need one.
  use: { trace: process.env['TRACE'] ? 'retain-on-failure' : 'off', screenshot: 'only-on-failure' },
  projects: [
    {
      name: 'chromium',
      testIgnore: [webkitOnly, ...screenshots],
      ...(isDeep ? {} : { grepInvert: /@deep/ }),
      use: { ...devices['Desktop Chrome'], launchOptions: chromiumLaunch },
    },
    {
      name: 'firefox',
      // axe checks the document, which is the same in every browser, and takes half a minute in Firefox.
      testIgnore: [webkitOnly, ...screenshots],
      grepInvert: /@axe/,
      ...tagged,
      // This is a stock Firefox over WebDriver BiDi, because Playwright's own build cannot be downloaded everywhere.
      use: {
        ...devices['Desktop Firefox'],
        launchOptions: {
          ...firefoxLaunch,
          // Playwright waits for a load event, which a page from the back/forward cache does not have. The WebKit tests
          // cover the cache.
          firefoxUserPrefs: { 'browser.sessionhistory.max_total_viewers': 0 },
        },
      },
    },
    // Playwright cannot drive a stock WebKit: these tests use WebDriver.
    { name: 'webkit', testMatch: webkitOnly, ...tagged, use: { browserName: 'webkit' } },
  ],
})
