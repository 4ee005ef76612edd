/**
 * The cause: an invalid option, an unknown kind of fault, fields that do not fit the kind of fault, or an endpoint to check
 * that does not answer.
 */
export type EmulatorErrorCode =
  | 'invalid_option'
  | 'unknown_fault_kind'
  | 'invalid_fault'
  | 'endpoint_unreachable'

/**
 * The error of a wrong call to the emulator itself. Errors of the emulated API are responses instead.
 *
 * @example
 * ```ts
 * import { createEmulator, EmulatorError } from '@forage-session/emulator'
 *
 * try {
 *   createEmulator({ merchants: [] })
 * } catch (error) {
 *   if (error instanceof EmulatorError) console.error(error.code, error.message) // invalid_option
 * }
 * ```
 */
export class EmulatorError extends Error {
  override readonly name = 'EmulatorError'
  /** The stable code of the error. Use it in conditions instead of the message. */
  readonly code: EmulatorErrorCode

  constructor(code: EmulatorErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
