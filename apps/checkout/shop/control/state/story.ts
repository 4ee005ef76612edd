import type { RoomEntry } from './room.ts'
import { isRefusal, isReplay } from './series.ts'

export type ChapterName = 'refused' | 'renewed' | 'replayed' | 'paid'

export interface Chapter {
  readonly name: ChapterName
  /**
   * `skipped` means that the payment succeeded without this chapter. `unseen` means that the chapter may have happened in
   * a page whose events the room does not get, such as one in another browser.
   */
  readonly state: 'open' | 'done' | 'skipped' | 'unseen'
}

export interface Story {
  readonly chapters: readonly Chapter[]
  /** The number of captured payments. */
  readonly captures: number
}

/** The chapters in order. An entry that comes before its chapter's turn is ignored. */
const chapters: readonly (readonly [name: ChapterName, is: (entry: RoomEntry) => boolean])[] = [
  ['refused', isRefusal],
  ['renewed', (entry) => entry.kind === 'page' && entry.event.type === 'token-received'],
  ['replayed', isReplay],
  ['paid', isCapture],
]

/** Returns the chapters of this run. `entries` are newest first. Without a fault, no chapter has started. */
export function storyOf(entries: readonly RoomEntry[]): Story {
  const since = entriesOfRun(entries)
  const done = new Set<ChapterName>()
  for (const entry of since) {
    const found = chapters.find(([name, is]) => mayFollow(name, done) && is(entry))
    if (found) done.add(found[0])
  }
  const isPageMissing = done.has('refused') && !since.some(({ kind }) => kind === 'page')
  const withoutIt = isPageMissing ? 'unseen' : 'skipped'
  const otherwise = done.has('paid') ? withoutIt : 'open'
  return {
    chapters: chapters.map(([name]) => ({ name, state: done.has(name) ? 'done' : otherwise })),
    captures: since.filter(isCapture).length,
  }
}

/** Returns the entries since the last fault, oldest first. After a payment, the next checkout starts without a fault. */
function entriesOfRun(entries: readonly RoomEntry[]): readonly RoomEntry[] {
  const begin = entries.findIndex(isFault)
  const since = entries.slice(0, Math.max(0, begin)).toReversed()
  const paid = since.findIndex(isCapture)
  const isNext = paid >= 0 && since.slice(paid).some(isNewCheckout)
  return isNext ? [] : since
}

/** A session requests its first token for each checkout. */
function isNewCheckout(entry: RoomEntry): boolean {
  return entry.kind === 'page' && entry.event.type === 'token-requested' && entry.event.reason === 'first'
}

/** A new token counts only after a refusal, because otherwise it is an ordinary renewal. */
function mayFollow(name: ChapterName, done: ReadonlySet<ChapterName>): boolean {
  if (done.has(name)) return false
  if (name === 'renewed') return done.has('refused')
  return name !== 'replayed' || done.has('renewed')
}

function isFault(entry: RoomEntry): boolean {
  // When time passes, the session replaces its token before Forage could refuse it.
  if (entry.kind === 'fault') return entry.fault !== 'calm' && entry.fault !== 'pass'
  if (entry.kind !== 'page' || entry.event.type !== 'faults-caused') return false
  return entry.event.faults.isOffline || entry.event.faults.skewMs !== 0
}

/** Returns whether Forage charged a card. */
function isCapture(entry: RoomEntry): boolean {
  if (entry.kind !== 'request') return false
  const { method, path, status } = entry.request
  return method === 'POST' && path.endsWith('/capture/') && status >= 200 && status < 300
}
