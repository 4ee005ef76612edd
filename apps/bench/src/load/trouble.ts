import type { LoadWorld } from './load-world.ts'
import type { Sampler } from './sampler.ts'

export interface TroubleContext {
  readonly world: LoadWorld
  readonly sampler: Sampler
  readonly note: (label: string) => void
  readonly ended: AbortSignal
}

/** Disturbs all customers while they check out. */
export type Trouble = (context: TroubleContext) => Promise<void>

const oneInFifty = { count: 1_000_000, probability: 0.02 }
const oneInHundred = { ...oneInFifty, probability: 0.01 }

/** Rejects the token of one call in a hundred. One capture in fifty loses its token on the way, and one its answer. */
export async function steadyTrouble({ world }: TroubleContext): Promise<void> {
  await world.fault({ kind: 'reject', ...oneInHundred, code: 'expired_session_token' })
  await world.fault({ kind: 'expire-mid-capture', ...oneInFifty })
  await world.fault({ kind: 'drop', path: '/proxy/api/payments/*/capture/', when: 'after', ...oneInFifty })
}

/** Makes gateways fail, and answers slow, cut off or doubled. */
export async function networkTrouble({ world }: TroubleContext): Promise<void> {
  const oneInTwoHundred = { count: 1_000_000, probability: 0.005 }
  await world.fault({ kind: 'latency', ms: 300, ...oneInFifty })
  await world.fault({ kind: 'html', path: '/proxy/', ...oneInTwoHundred })
  await world.fault({ kind: 'truncate', path: '/proxy/', ...oneInTwoHundred })
  await world.fault({ kind: 'duplicate', path: '/proxy/', ...oneInTwoHundred })
}

export async function killBackend({ world, note }: TroubleContext): Promise<void> {
  note('backend killed')
  await world.restartBackend()
}

export async function revokeAll({ world, sampler, note }: TroubleContext): Promise<void> {
  note('all revoked')
  sampler.noteRevocation(await world.counts())
  await world.revoke()
}

/** Runs the steps one after another and waits before each. It stops as soon as the load ends. */
export function inTurn(everyMs: number, steps: readonly Trouble[]): Trouble {
  return async (context) => {
    for (const step of steps) {
      await waited(everyMs, context.ended)
      if (context.ended.aborted) return
      await step(context)
    }
  }
}

export function all(...troubles: readonly Trouble[]): Trouble {
  return async (context) => void (await Promise.all(troubles.map((trouble) => trouble(context))))
}

function waited(ms: number, ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    ended.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
