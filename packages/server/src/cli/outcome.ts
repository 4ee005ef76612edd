/** The result of a command: the same facts for programs and for people. Neither form contains a token. */
export interface Outcome {
  ok: boolean
  /** The fields of the JSON document. */
  facts: object
  text: string
}

/** The exit codes of the command. */
export const exitCode = {
  done: 0,
  /**
   * The command failed, `doctor` found an error, `status` found a pool that serves no token, or a token may be alive after
   * `compromise`.
   */
  failed: 1,
  /** The command did nothing, because an argument or a variable is missing or wrong. */
  misused: 2,
  /** The command did nothing, because no one confirmed it. */
  refused: 3,
} as const

export type ExitCode = (typeof exitCode)[keyof typeof exitCode]

/** An argument or a variable is missing or wrong, and the command did nothing. The message says what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** No one confirmed the command, and it did nothing. */
export class NotConfirmed extends Error {
  override readonly name = 'NotConfirmed'
}
