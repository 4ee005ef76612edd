import { runCommand } from '../run-command.ts'
import { nothing, type Tally } from './tally.ts'

/** A check of the test command. */
export interface Gate {
  name: string
  run(signal: AbortSignal): Promise<GateResult>
}

export interface GateResult {
  tally: Tally
  /** One sentence for each skipped check that says why. */
  notes?: string[]
  /** The output to show if the gate fails. */
  output: string
}

/** The exit code of a check that this machine cannot run, as in GNU Automake. Its last line of output says why. */
export const skippedExitCode = 77

/** Returns a gate for a command that passes or fails as a whole. */
export function commandGate(name: string, command: string, ...args: string[]): Gate {
  return {
    name,
    async run(signal) {
      const { code, output } = await runCommand(command, args, { signal })
      if (code === 0) return { tally: { ...nothing, passed: 1 }, output }
      if (code !== skippedExitCode) return { tally: { ...nothing, failed: 1 }, output }
      const reason = output.trimEnd().split('\n').at(-1) ?? ''
      return { tally: { ...nothing, skipped: 1 }, notes: [reason], output }
    },
  }
}
