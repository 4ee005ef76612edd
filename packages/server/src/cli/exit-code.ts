/** What the command's end means. */
export const exitCode = {
  done: 0,
  /** It was tried and did not succeed; or `doctor` found an error, or `status` a pool that serves nobody. */
  failed: 1,
  /** Nothing was tried: an argument or a variable is missing or wrong. */
  misused: 2,
  /** Nothing was tried: it was not confirmed. */
  refused: 3,
} as const

export type ExitCode = (typeof exitCode)[keyof typeof exitCode]
