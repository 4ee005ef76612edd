import { skippedExitCode } from '../gates/gate.ts'
import { interruption } from '../interruption.ts'
// Audits the dependencies that users install, at the versions of the lockfile.
import { audit } from './audit.ts'

const outcome = await audit(interruption())
if (outcome.status !== 'passed') console.error(outcome.why)
process.exitCode = { passed: 0, failed: 1, skipped: skippedExitCode }[outcome.status]
