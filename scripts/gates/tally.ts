/** The number of passed, failed and skipped tests. A gate without tests counts as one test. */
export interface Tally {
  passed: number
  failed: number
  skipped: number
}

export const nothing: Tally = { passed: 0, failed: 0, skipped: 0 }

export function addTallies(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (sum, tally) => ({
      passed: sum.passed + tally.passed,
      failed: sum.failed + tally.failed,
      skipped: sum.skipped + tally.skipped,
    }),
    nothing,
  )
}

/** Returns the last line of a run: `N passed, N failed, N skipped`. */
export function closingLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}

/**
 * Counts a failed exit code as one failure if no test failed, for example after an error outside a test or without a
 * report.
 */
export function settled(tally: Tally, exitCode: number | null): Tally {
  return exitCode !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally
}

/** The fields of Vitest's `json` reporter that the tally uses. */
export interface VitestReport {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
}

export function tallyOfVitest(report: VitestReport): Tally {
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/** The fields of Playwright's `json` reporter that the tally uses, also with `--list`. */
export interface PlaywrightReport {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number }
  suites: PlaywrightSuite[]
}

export interface PlaywrightSuite {
  suites?: PlaywrightSuite[]
  specs: { tests: { projectName: string }[] }[]
}

/** Counts a Playwright report. A test that passed at its second attempt counts as passed. */
export function tallyOfPlaywright({ stats }: PlaywrightReport): Tally {
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped }
}

/** Returns the project of each test, once per test. */
export function projectsOfTests(suites: readonly PlaywrightSuite[]): string[] {
  return suites.flatMap((suite) => [
    ...suite.specs.flatMap(({ tests }) => tests.map(({ projectName }) => projectName)),
    ...projectsOfTests(suite.suites ?? []),
  ])
}
