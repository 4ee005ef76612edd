import { availableParallelism } from 'node:os'

import react from '@vitejs/plugin-react'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import type { BrowserProviderOption } from 'vitest/node'

import { chromiumLaunch, firefoxLaunch } from './scripts/browsers.ts'
import { react18 } from './scripts/react-18.ts'
import { reactCompiler } from './scripts/react-compiler.ts'
import { sourceAliases } from './scripts/source-aliases.ts'
import { emulator } from './scripts/vitest-emulator.ts'
import { webkitgtk } from './scripts/vitest-webkit.ts'

const report = process.env['TEST_REPORT']

/** `*.test.tsx` in happy-dom. */
function dom(
  name: string,
  reactVersion: string,
  exclude: string[] = [],
): NonNullable<TestProjectInlineConfiguration['test']> {
  return {
    name,
    environment: 'happy-dom',
    include: ['packages/*/{src,test}/**/*.test.tsx'],
    exclude: ['**/*.browser.test.*', '**/node_modules/**', ...exclude],
    env: { REACT_VERSION: reactVersion },
    setupFiles: ['packages/react/test/no-warnings.ts'],
  }
}

/** `*.browser.test.*` in a real browser. */
function browser(
  name: 'chromium' | 'firefox' | 'webkit',
  provider: BrowserProviderOption,
): TestProjectInlineConfiguration {
  return {
    extends: true,
    // Found only as a test runs, they would reload the page under it.
    optimizeDeps: { include: ['@testing-library/react', 'react-dom/server.browser'] },
    plugins: [emulator()],
    test: {
      name,
      include: ['packages/*/{src,test}/**/*.browser.test.{ts,tsx}'],
      browser: {
        enabled: true,
        // WebKitGTK has no headless mode: Xvfb is its screen.
        headless: name !== 'webkit',
        provider,
        instances: [{ browser: name, name }],
        screenshotFailures: false,
        ...(name === 'webkit' ? { commands: { __vitest_viewport: () => {} } } : {}),
      },
    },
  }
}

export default defineConfig({
  plugins: [react()],
  resolve: { alias: sourceAliases },
  test: {
    // No test waits for real time: this ends what hangs, and a busy machine is no failure.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A file of its own is what a test leaves things behind in; a process for each would take twice as long.
    pool: 'threads',
    // Of two processors the default would leave one idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: ['default', ...(report ? [['json', { outputFile: report }] as ['json', object]] : [])],
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          environment: 'node',
          include: [
            'packages/*/{src,test}/**/*.test.ts',
            'apps/*/{src,shop,test}/**/*.test.ts',
            'scripts/**/*.test.ts',
          ],
          exclude: [
            '**/*.browser.test.*',
            '**/test/tabs/**',
            '**/test/redis/**',
            'scripts/packed/**',
            '**/node_modules/**',
          ],
        },
      },
      {
        extends: true,
        test: {
          // Drives the browsers itself, with several pages each: one file after the other.
          name: 'tabs',
          environment: 'node',
          include: ['packages/*/test/tabs/**/*.test.ts'],
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          // Starts servers and processes of its own: one file after the other.
          name: 'redis',
          environment: 'node',
          include: ['packages/*/test/redis/**/*.test.ts'],
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          // Of the tarballs that scripts/check-packages.ts leaves.
          name: 'packed',
          environment: 'node',
          include: ['scripts/packed/*.test.ts'],
        },
      },
      { extends: true, plugins: [reactCompiler()], test: dom('dom', '19') },
      // Activity came with React 19.2, what the compiler's output imports with 19.0.
      {
        extends: true,
        plugins: [react18()],
        test: dom('react18', '18', ['**/*activity.test.tsx', '**/compiler.test.tsx']),
      },
      browser('chromium', playwright({ launchOptions: chromiumLaunch })),
      browser('firefox', playwright({ launchOptions: firefoxLaunch })),
      browser('webkit', webkitgtk()),
    ],
  },
})
