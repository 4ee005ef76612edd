import { availableParallelism } from 'node:os'

import react from '@vitejs/plugin-react'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import type { BrowserProviderOption } from 'vitest/node'

import { chromiumLaunch, firefoxLaunch } from './scripts/toolchain/browsers.ts'
import { react18 } from './scripts/vitest/react-18.ts'
import { reactCompiler } from './scripts/vitest/react-compiler.ts'
import { sourceAliases } from './scripts/vitest/source-aliases.ts'
import { emulator } from './scripts/vitest/vitest-emulator.ts'
import { webkitgtk } from './scripts/vitest/vitest-webkit.ts'

/** All memory stores of a process share their slots, and tests must not. */
const eachTestIsAProcess = ['packages/server/test/fixtures/each-test-is-a-process.ts']
const report = process.env['TEST_REPORT']

/** Returns the project that runs `*.test.tsx` in happy-dom. */
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

/** Returns the project that runs `*.browser.test.*` in a real browser. */
function browser(
  name: 'chromium' | 'firefox' | 'webkit',
  provider: BrowserProviderOption,
): TestProjectInlineConfiguration {
  return {
    extends: true,
    // If Vite discovered these during a test, it would reload the page in the middle of the test.
    optimizeDeps: { include: ['@testing-library/react', 'react-dom/server.browser'] },
    plugins: [emulator()],
    test: {
      name,
      include: ['packages/*/{src,test}/**/*.browser.test.{ts,tsx}'],
      browser: {
        enabled: true,
        // WebKitGTK has no headless mode. Xvfb provides its screen.
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
    // No test waits for real time. These timeouts end a test that hangs, and are long enough for a busy machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Threads isolate test files well enough. One process for each file would take twice as long.
    pool: 'threads',
    // On a machine with two processors, the default would use only one.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: ['default', ...(report ? [['json', { outputFile: report }] as ['json', object]] : [])],
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          environment: 'node',
          setupFiles: eachTestIsAProcess,
          include: [
            'packages/*/{src,test}/**/*.test.ts',
            'apps/*/{src,shop,test}/**/*.test.ts',
            'scripts/**/*.test.ts',
            'ops/test/*.test.ts',
          ],
          exclude: [
            '**/*.browser.test.*',
            '**/test/tabs/**',
            '**/test/{postgres,redis,sqlite}/**',
            'scripts/packages/packed/**',
            '**/node_modules/**',
          ],
        },
      },
      {
        extends: true,
        test: {
          // These tests drive browsers with several pages each, so the files run one after another.
          name: 'tabs',
          environment: 'node',
          include: ['packages/*/test/tabs/**/*.test.ts'],
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          // These tests start servers and processes, so the files run one after another.
          name: 'redis',
          environment: 'node',
          setupFiles: eachTestIsAProcess,
          include: ['packages/*/test/redis/**/*.test.ts'],
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          // These tests start servers and processes, so the files run one after another.
          name: 'postgres',
          environment: 'node',
          include: ['packages/*/test/postgres/**/*.test.ts'],
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          // These tests start processes, so the files run one after another.
          name: 'sqlite',
          environment: 'node',
          include: ['packages/*/test/sqlite/**/*.test.ts'],
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          // These tests start Prometheus, so the files run one after another.
          name: 'prometheus',
          environment: 'node',
          include: ['ops/test/prometheus/**/*.test.ts'],
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          // These tests read the tarballs that scripts/packages/check-packages.ts creates.
          name: 'packed',
          environment: 'node',
          include: ['scripts/packages/packed/*.test.ts'],
        },
      },
      { extends: true, plugins: [reactCompiler()], test: dom('dom', '19') },
      // React 18 lacks Activity (19.2) and the module that the React Compiler's output imports (19.0).
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
