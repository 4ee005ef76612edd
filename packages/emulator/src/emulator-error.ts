/** What was wrong: an option, a fault of no known kind, or a fault whose fields do not fit its kind. */
export type EmulatorErrorCode = 'invalid_option' | 'unknown_fault_kind' | 'invalid_fault'

/** Wrong use of the emulator itself, as opposed to an error that the emulated API answers with. */
export class EmulatorError extends Error {
  override readonly name = 'EmulatorError'
  /** What was wrong. Branch on it. */
  readonly code: EmulatorErrorCode

  constructor(code: EmulatorErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
