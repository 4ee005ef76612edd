import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { promtool, prometheus } from '../../../scripts/toolchain/prometheus.ts'
import { ruleTestFile, type RuleTest } from './rule-test.ts'
import { rulesFile } from './rules.ts'

/** Whether both programs are installed. Otherwise, the tests of this folder are skipped. */
export const hasPrometheus: boolean = prometheus !== undefined && promtool !== undefined

/** The end of a run of promtool. */
export interface PromtoolOutcome {
  readonly code: number
  readonly output: string
}

/** Runs promtool. */
export function runPromtool(...args: string[]): Promise<PromtoolOutcome> {
  return new Promise((resolve) => {
    execFile(promtool!, args, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr })
    })
  })
}

/** Evaluates our rules over recorded series. Returns promtool's list of what is not as expected. */
export async function unexpected(tests: readonly RuleTest[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'forage-rules-'))
  try {
    const file = join(folder, 'test.json')
    writeFileSync(file, ruleTestFile(rulesFile, tests))
    const { code, output } = await runPromtool('test', 'rules', file)
    return code === 0 ? '' : output
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
