import type { ForageElementType } from '@forage-session/react'

/**
 * The state of the typed text, according to the SDK's events. `unknown`: no event came since the input was empty. An event has a
 * text for its error and no code, so `incomplete` is recognized by that word; otherwise the error counts as `invalid`.
 */
export type InputState = 'unknown' | 'incomplete' | 'invalid' | 'complete'

/** Returns what the customer has to correct. The page never shows the SDK's own text. */
export function wrongInput(type: ForageElementType, state: InputState): string {
  if (type === 'collect_pin') return 'Enter all four digits of your PIN.'
  return state === 'invalid'
    ? 'We cannot take this card number. Check the digits on the front of your card.'
    : 'This card number is not complete. Enter all the digits on the front of your card.'
}
