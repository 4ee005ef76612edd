import { expect, test } from 'vitest'

import {
  addTallies,
  closingLine,
  nothing,
  projectsOfTests,
  settled,
  tallyOfPlaywright,
  tallyOfVitest,
} from './tally.ts'

test('the closing line adds up the results of all runners', () => {
  const vitest = tallyOfVitest({ numPassedTests: 20, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 })
  const stats = { expected: 5, unexpected: 1, flaky: 1, skipped: 1 }
  const playwright = tallyOfPlaywright({ stats, suites: [] })
  expect(closingLine(addTallies([vitest, playwright]))).toBe('26 passed, 2 failed, 4 skipped')
})

test('the closing line of an empty run has three zeros', () => {
  expect(closingLine(addTallies([]))).toBe('0 passed, 0 failed, 0 skipped')
})

test('a runner that fails without a failed test counts as one failure', () => {
  expect(settled({ ...nothing, passed: 3 }, 1)).toEqual({ passed: 3, failed: 1, skipped: 0 })
  expect(settled({ ...nothing, passed: 3 }, null)).toEqual({ passed: 3, failed: 1, skipped: 0 })
})

test('a failed test and its exit code count as one failure', () => {
  expect(settled({ ...nothing, failed: 2 }, 1)).toEqual({ ...nothing, failed: 2 })
  expect(settled({ ...nothing, passed: 2 }, 0)).toEqual({ ...nothing, passed: 2 })
})

test('projectsOfTests finds the projects of tests in nested suites', () => {
  const inner = { specs: [{ tests: [{ projectName: 'firefox' }, { projectName: 'webkit' }] }] }
  const outer = { specs: [{ tests: [{ projectName: 'chromium' }] }], suites: [inner] }
  expect(projectsOfTests([outer])).toEqual(['chromium', 'firefox', 'webkit'])
})
