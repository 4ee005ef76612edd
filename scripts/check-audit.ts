// Audits the dependencies that users install, at the versions of the lockfile.
import { audit } from './audit.ts'
import { skippedExitCode } from './gate.ts'
import { interruption } from './interruption.ts'

const outcome = await audit(interruption())
if (outcome.status !== 'passed') console.error(outcome.why)
process.exitCode = { passed: 0, failed: 1, skipped: skippedExitCode }[outcome.status]
