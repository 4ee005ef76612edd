import { defineConfig, devices } from '@playwright/test'

import { chromiumLaunch, firefoxLaunch } from '../../scripts/browsers.ts'

const webkitOnly = '**/webkit.spec.ts'
/** Pictures of every step, to look at; nothing in them can fail. */
const screenshots = process.env['SHOP_SCREENSHOTS'] ? [] : ['**/screenshots.spec.ts']

/** `pnpm test:e2e` tells all in each; the test command nearly all in Chromium, in the other two what is tagged. */
const isDeep = process.env['E2E'] === 'all'
const told = isDeep ? {} : { grep: /@everywhere/ }

export default defineConfig({
  testDir: 'e2e',
  outputDir: '../../test-results',
  globalSetup: './e2e/support/build-shop.ts',
  fullyParallel: true,
  forbidOnly: true,
  retries: 0,
  // Most of a story is waiting: for a page, for an answer that is late by intent.
  workers: 3,
  // A machine that has other things to do is no failure.
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['json']],
  // A trace costs a third more: `TRACE=1` when one is needed.
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
      // axe judges the document, which is the same in every browser, and takes half a minute in this one.
      testIgnore: [webkitOnly, ...screenshots],
      grepInvert: /@axe/,
      ...told,
      // A stock Firefox over WebDriver BiDi: Playwright's own build cannot be downloaded everywhere.
      use: {
        ...devices['Desktop Firefox'],
        launchOptions: {
          ...firefoxLaunch,
          // Playwright waits for a load that a page from the back/forward cache does not have. WebKit shows that one.
          firefoxUserPrefs: { 'browser.sessionhistory.max_total_viewers': 0 },
        },
      },
    },
    // Playwright cannot drive a stock WebKit: these tests use WebDriver.
    { name: 'webkit', testMatch: webkitOnly, ...told, use: { browserName: 'webkit' } },
  ],
})
