import type { SessionState } from '@forage-session/core'

import type { HeldInput } from '../forage/input-watch.ts'

/** The reason why the session token ended: a button of the demo, or a refusal by Forage. */
export type TokenEnd = 'expired' | 'passed' | 'refused'

/** The outcome of the last button or refusal in this step. `held`: the SDK holds this input with the old token. */
export type DemoOutcome =
  | { readonly kind: 'none' | 'unreachable' }
  | { readonly kind: 'no-token' | 'replacing' | 'not-replaced'; readonly end: TokenEnd }
  | { readonly kind: 'replaced'; readonly end: TokenEnd; readonly held: HeldInput | undefined }

const statusNames: Record<SessionState['status'], string> = {
  idle: 'not requested yet',
  fetching: 'requested',
  ready: 'ready',
  degraded: 'ready, but the renewal failed',
  failed: 'not available',
  closed: 'closed',
}

/** Returns the name of the token's status. While the demo says that a token ended, no other token is called ready. */
export function statusName(status: SessionState['status'], { kind }: DemoOutcome): string {
  if (kind === 'replacing') return 'being replaced'
  if (kind === 'not-replaced') return 'not replaced yet'
  return kind === 'replaced' ? 'replaced' : statusNames[status]
}

const ends: Record<TokenEnd, string> = {
  expired: 'The session token expired',
  passed: '15 minutes passed and the session token expired',
  refused: 'Forage refused the session token',
}

/** Returns the sentences about the outcome. `isOver`: the order is paid or canceled, so no payment continues. */
export function outcomeText(outcome: DemoOutcome, { isOver = false } = {}): string {
  switch (outcome.kind) {
    case 'none':
      return ''
    case 'unreachable':
      return 'The emulator did not answer. Check that it is still running.'
    case 'no-token':
      return `${outcome.end === 'passed' ? '15 minutes passed. ' : ''}This page has no session token yet. It requests one for the payment.`
    case 'replacing':
      return `${ends[outcome.end]}.`
    case 'not-replaced':
      return `${ends[outcome.end]}. The session could not replace it yet. It tries again when the page needs a token.`
    case 'replaced': {
      const begin = `${ends[outcome.end]}, and the session replaced it.`
      if (outcome.held) return `${begin} ${whyAgain(outcome.held)}`
      return isOver ? begin : `${begin} The payment continues.`
    }
  }
}

function whyAgain(held: HeldInput): string {
  return `Forage’s SDK keeps the session token that it was created with, so the ${held} that you typed still goes with the old token. Forage refuses it, and the shop asks you to type the ${held} again. Nothing was charged.`
}
