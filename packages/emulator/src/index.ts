/**
 * The Forage Payments API in this process, without a port.
 *
 * @module @forage-session/emulator
 */

export {
  createEmulator,
  DEFAULT_CLIENT_ID,
  DEFAULT_CLIENT_SECRET,
  DEFAULT_MERCHANTS,
  type Emulator,
  type EmulatorOptions,
} from './emulator.ts'
export type { EmulatorControl } from './control/control.ts'
export type { Fault, FaultKind } from './control/faults.ts'
export type { AnsweredRequest, Counts, LiveTokens, LoggedRequest } from './state/store.ts'
export type { EmulatorClock } from './emulator-time.ts'
export { defaultSwitches, type Switches } from './switches.ts'
export { EmulatorError, type EmulatorErrorCode } from './emulator-error.ts'
export { testCards } from './vault/test-cards.ts'
export type { EmulatorEvent, EventType } from './events.ts'
export type { WebhookDelivery, WebhookEndpoint } from './webhooks/webhooks.ts'
export type { StateJournal } from './state/state-journal.ts'
