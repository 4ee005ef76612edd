import {
  isFromFuture,
  isNew,
  type DrainingToken,
  type SlotDocument,
  type TokenRecord,
} from '../slot-document.ts'
import { drain, isFromBeforeLeak, retired } from '../slot-draining.ts'
import { clockSkewMs, drainMs } from '../token-windows.ts'

// Forage issues no token for longer.
const longestLifetimeMs = 30 * 24 * 60 * 60 * 1000

/** A slot as the store and this process know it together. */
export interface KnownSlot {
  doc: SlotDocument
  /** Whether the store lacks something that must not be lost. */
  isRestored: boolean
}

/**
 * Returns the slot with everything that this process remembers and the store does not have: a FLUSHALL, an eviction or a
 * restart lost it, or it changed while the store was down. A token only moves forward: from current to draining to gone.
 */
export function withMemory(stored: SlotDocument, memory: SlotDocument, now: number): KnownSlot {
  const moved = forwardCompromise(forwardRetirement(withoutGone(stored, memory), memory, now), memory, now)
  const whole = withLostTokens(moved, memory, now)
  const known = forwardFreeze(whole, memory)
  const isOtherFreeze = known.frozen !== stored.frozen
  const mayLackTokens = isOtherFreeze || memory.suspects.some(({ until }) => now < until)
  const hasLost = whole !== moved || (isNew(stored) && !isNew(memory) && mayLackTokens)
  if (known === stored && !hasLost) return { doc: stored, isRestored: false }
  const fence = Math.max(known.fence, memory.fence)
  const lostUntil = hasLost ? Math.max(lossEnd(memory, now), known.lostUntil ?? 0) : known.lostUntil
  const doc = { ...known, fence, lostUntil, gone: allGone(known, memory) }
  // A slot whose last token expired is not lost: the store removes it.
  return { doc, isRestored: hasLost || isOtherFreeze || !isNew(stored) }
}

function withoutGone(doc: SlotDocument, { gone }: SlotDocument): SlotDocument {
  const dead = new Set(gone.map(({ id }) => id))
  if (!tokensOf(doc).some(({ id }) => dead.has(id))) return doc
  return {
    ...doc,
    current: doc.current && dead.has(doc.current.id) ? null : doc.current,
    draining: doc.draining.filter(({ id }) => !dead.has(id)),
  }
}

function allGone(doc: SlotDocument, memory: SlotDocument): SlotDocument['gone'] {
  const known = new Set(doc.gone.map(({ id }) => id))
  return [...doc.gone, ...memory.gone.filter(({ id }) => !known.has(id))]
}

function forwardRetirement(doc: SlotDocument, memory: SlotDocument, now: number): SlotDocument {
  const token = memory.draining.find(({ id }) => id === doc.current?.id)
  if (!token) return doc
  // Other instances have served it until now.
  const revokeAfter = token.why === 'compromised' ? token.revokeAfter : now + drainMs
  return { ...doc, current: null, draining: [...doc.draining, { ...token, revokeAfter }] }
}

function forwardCompromise(doc: SlotDocument, { compromised }: SlotDocument, now: number): SlotDocument {
  if (!compromised || (doc.compromised && doc.compromised.at >= compromised.at)) return doc
  const next = { ...doc, compromised }
  const isLeaked = (token: TokenRecord): boolean => isFromBeforeLeak(next, token)
  const drop = (token: DrainingToken): DrainingToken =>
    isLeaked(token) ? { ...token, why: 'compromised', revokeAfter: Math.min(token.revokeAfter, now) } : token
  const { current, draining } = doc.current && isLeaked(doc.current) ? drain(doc, now, 'compromised') : doc
  return { ...next, current, draining: draining.map(drop) }
}

function withLostTokens(doc: SlotDocument, memory: SlotDocument, now: number): SlotDocument {
  const known = new Set([...tokensOf(doc), ...doc.gone].map(({ id }) => id))
  // The clock of another instance may be ahead, so a token that is about to expire may have been removed.
  const isLost = ({ id, expiresAt }: TokenRecord): boolean => now + clockSkewMs < expiresAt && !known.has(id)
  const lost = memory.draining.filter(isLost).map((token) => {
    return isFromBeforeLeak(doc, token) ? retired(token, now, 'compromised') : token
  })
  const next = lost.length === 0 ? doc : { ...doc, draining: [...doc.draining, ...lost] }
  return memory.current && isLost(memory.current) ? withLostCurrent(next, memory.current, now) : next
}

/** Of two tokens that were current, the newer one is it now: the store may have returned with an older slot. */
function withLostCurrent(doc: SlotDocument, token: TokenRecord, now: number): SlotDocument {
  const retire = (revokeAfter: number, why: DrainingToken['why']): SlotDocument => {
    return { ...doc, draining: [...doc.draining, retired(token, revokeAfter, why)] }
  }
  if (isFromBeforeLeak(doc, token)) return retire(now, 'compromised')
  const { current } = doc
  const isNewest = !current || !isServed(current, now) || current.obtainedAt < token.obtainedAt
  if (!isServed(token, now) || !isNewest) return retire(now + drainMs, 'renewed')
  return { ...drain(doc, now, 'renewed'), current: token }
}

/** Returns whether an instance that can open it serves it. */
function isServed({ mandatoryAt, obtainedAt }: TokenRecord, now: number): boolean {
  return now < mandatoryAt && !isFromFuture(obtainedAt, now)
}

function forwardFreeze(doc: SlotDocument, memory: SlotDocument): SlotDocument {
  const thawedAt = Math.max(doc.thawedAt ?? 0, memory.thawedAt ?? 0)
  const [frozen = null] = [doc.frozen, memory.frozen].filter((each) => each !== null && each.at > thawedAt)
  if (frozen === doc.frozen && thawedAt === (doc.thawedAt ?? 0)) return doc
  return { ...doc, frozen, thawedAt: thawedAt || null }
}

function lossEnd(memory: SlotDocument, now: number): number {
  const lifetimes = tokensOf(memory).map(({ obtainedAt, expiresAt }) => expiresAt - obtainedAt)
  return now + (lifetimes.length > 0 ? Math.max(...lifetimes) : longestLifetimeMs)
}

function tokensOf({ current, draining }: SlotDocument): TokenRecord[] {
  return current ? [current, ...draining] : draining
}
