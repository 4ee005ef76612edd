import * as v from 'valibot'

import { StoreError } from '../../store/store-error.ts'
import { emptySlot, type SlotDocument } from '../slot-document.ts'

/** The stored document has a shape that this version does not know. It is never changed, and nothing in it is used. */
class SlotShapeError extends StoreError {
  override readonly name = 'SlotShapeError'

  constructor() {
    super(
      'UNREADABLE_SLOT',
      'The slot in the store has a shape that this version does not know',
      'Find out what else writes to the keys of the store (fst:*), or which instance runs another version.',
    )
  }
}

/** A schema that is created when the module is loaded stays in every bundle that uses this package. */
let schema: ReturnType<typeof slotSchema> | undefined

function slotSchema() {
  const time = v.number()
  const token = v.looseObject({
    id: v.string(),
    token: v.pipe(v.string(), v.regex(/^[\x21-\x7e]+$/)),
    scope: v.string(),
    obtainedAt: time,
    fence: v.number(),
    expiresAt: time,
    advisoryAt: time,
    mandatoryAt: time,
  })
  const claim = v.looseObject({ owner: v.string(), until: time })
  const draining = v.looseObject({
    ...token.entries,
    why: v.string(),
    revokeAfter: time,
    attempts: v.number(),
    claim: v.nullable(claim),
  })
  const refresh = v.looseObject({
    id: v.string(),
    token: v.string(),
    obtainedAt: time,
    reauthenticateAt: time,
    expiresAt: time,
    rotates: v.nullable(v.boolean()),
    spentUnder: v.nullable(v.number()),
  })
  const failure = v.looseObject({
    kind: v.string(),
    code: v.string(),
    count: v.number(),
    at: time,
    nextAttemptAt: time,
  })
  // Fields of a later version are kept.
  return v.looseObject({
    v: v.literal(1),
    fence: v.number(),
    lease: v.nullable(v.looseObject({ ...claim.entries, fence: v.number(), aliveUntil: time })),
    current: v.nullable(token),
    refresh: v.nullable(refresh),
    draining: v.array(draining),
    suspects: v.array(v.looseObject({ fence: v.number(), until: time })),
    failure: v.nullable(failure),
    mints: v.array(time),
    invalidations: v.array(time),
    acceptedAt: v.nullable(time),
    unopened: v.nullable(v.looseObject({ id: v.string(), at: time })),
    frozen: v.nullable(v.looseObject({ reason: v.string(), at: time })),
    thawedAt: v.nullable(time),
    compromised: v.nullable(v.looseObject({ at: time, fence: v.number() })),
    gone: v.array(v.looseObject({ id: v.string(), until: time })),
    lostUntil: v.nullable(time),
  })
}

const versioned = v.looseObject({ v: v.literal(1) })

/** Reads a stored document. Throws `SlotShapeError`. A document of an earlier version lacks the newer fields. */
export function readSlotDocument(value: unknown): SlotDocument {
  const parsed = v.safeParse(v.string(), value)
  if (!parsed.success) throw new SlotShapeError()
  const stored = v.safeParse(versioned, parseJson(parsed.output))
  if (!stored.success) throw new SlotShapeError()
  const document = v.safeParse((schema ??= slotSchema()), { ...emptySlot, ...stored.output })
  if (document.success) return document.output as SlotDocument
  throw new SlotShapeError()
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
