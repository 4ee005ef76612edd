import type { SlotDocument, TokenRecord, Transition } from './slot-document.ts'
import { retired } from './slot-draining.ts'
import { drainMs } from './token-windows.ts'

/** Says that an instance has no key for the current token, so that one with the key answers. */
export function markUnopened(doc: SlotDocument, now: number, { id }: { id: string }): Transition {
  if (doc.current?.id !== id || doc.unopened?.id === id) return { refused: 'nothing-due' }
  return { doc: { ...doc, unopened: { id, at: now } } }
}

/** Returns whether this instance opens the token that another one could not open. */
export function canAnswer({ current, unopened }: SlotDocument): boolean {
  return current !== null && !current.isSealed && current.id === unopened?.id
}

/** Answers the mark: the current token is in use. */
export function answerUnopened(doc: SlotDocument): Transition {
  return canAnswer(doc) ? { doc: { ...doc, unopened: null } } : { refused: 'nothing-due' }
}

/** Returns whether the private token is registered, and still used. */
export function isLent({ draining }: SlotDocument, id: string): boolean {
  return draining.some(
    (token) => token.id === id && token.why === 'local' && token.revokeAfter >= token.expiresAt,
  )
}

/** Retires a private token: this instance uses the shared one again, or it closes. */
export function returnToken(doc: SlotDocument, now: number, { token }: { token: TokenRecord }): Transition {
  const others = doc.draining.filter(({ id }) => id !== token.id)
  const known = doc.draining.find(({ id }) => id === token.id)
  if (known && !isLent(doc, token.id)) return { refused: 'nothing-due' }
  return { doc: { ...doc, draining: [...others, retired(token, now + drainMs, 'local')] } }
}
