/**
 * Emulates the Forage Payments API in this process, without a port.
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
} from './app/emulator.ts'
export { checkEndpoint, type EndpointReport } from './check/check-endpoint.ts'
export type { CheckEndpointOptions } from './check/check-options.ts'
export type { EndpointCheck, EndpointCheckId, EndpointCheckSeverity } from './check/endpoint-check.ts'
export type { AnsweredRequest, LoggedRequest } from './context/logged-request.ts'
export type { EmulatorControl, LiveTokens } from './control/control.ts'
export type { Fault, FaultKind } from './context/faults.ts'
export type { Counts } from './state/store.ts'
export type { EmulatorClock } from './shared/emulator-time.ts'
export { defaultSwitches } from './context/switch-values.ts'
export type { Switches } from './context/switches.ts'
export { EmulatorError, type EmulatorErrorCode } from './shared/emulator-error.ts'
export { testCards } from './vault/test-cards.ts'
export type { EmulatorEvent, EventType } from './shared/events.ts'
export type { WebhookDelivery, WebhookEndpoint } from './webhooks/webhooks.ts'
export type { StateJournal } from './state/state-journal.ts'
