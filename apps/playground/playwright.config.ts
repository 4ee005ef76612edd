import { defineConfig, devices } from '@playwright/test'

import { chromiumLaunch, firefoxLaunch } from '../../scripts/toolchain/browsers.ts'

const webkitOnly = '**/webkit.spec.ts'

/** `pnpm test:e2e` runs all stories in each browser. `npm test` runs the tagged ones in Firefox and WebKit. */
const tagged = process.env['E2E'] === 'all' ? {} : { grep: /@everywhere/ }

export default defineConfig({
  testDir: 'e2e',
  outputDir: '../../test-results/playground',
  globalSetup: './e2e/build-site.ts',
  fullyParallel: true,
  forbidOnly: true,
  retries: 0,
  workers: 3,
  // A busy machine must not make a test fail.
  timeout: 60_000,
  expect: { timeout: 20_000 },
  reporter: [['list'], ['json']],
  use: { trace: process.env['TRACE'] ? 'retain-on-failure' : 'off', screenshot: 'only-on-failure' },
  projects: [
    {
      name: 'chromium',
      testIgnore: webkitOnly,
      use: { ...devices['Desktop Chrome'], launchOptions: chromiumLaunch },
    },
    {
      name: 'firefox',
      testIgnore: webkitOnly,
      // axe checks the document, which is the same in every browser, and takes half a minute in Firefox.
      grepInvert: /@axe/,
      ...tagged,
      use: { ...devices['Desktop Firefox'], launchOptions: firefoxLaunch },
    },
    // Playwright cannot drive a stock WebKit: these tests use WebDriver.
    { name: 'webkit', testMatch: webkitOnly, ...tagged, use: { browserName: 'webkit' } },
  ],
})
