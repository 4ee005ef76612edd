/**
 * Starts the emulator on ports of this machine.
 *
 * @module @forage-session/emulator/node
 */

export {
  DEFAULT_PORT,
  startEmulator,
  type RunningEmulator,
  type StartEmulatorOptions,
} from './app/start-emulator.ts'
