import { runCommand } from './run-command.ts'
import { nothing, type Tally } from './tally.ts'

/** One thing that is checked. */
export interface Gate {
  name: string
  run(signal: AbortSignal): Promise<GateResult>
}

export interface GateResult {
  tally: Tally
  /** Why something was skipped, a sentence each. */
  notes?: string[]
  /** Shown if the gate failed. */
  output: string
}

/** What a check exits with when it could not be made here; its last line says why. As in GNU Automake's tests. */
export const skippedExitCode = 77

/** A command that passes or fails as a whole. */
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
