import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react'

import type {
  ForageCalls,
  ForageElement,
  ForageElementStyle,
  ForageElementType,
  ForageFactory,
} from './forage-sdk-types.ts'
import type { HookClock } from './page-clock.ts'
import { SdkBridge } from './sdk-bridge.ts'
import { initialSdkState, type SdkBridgeState } from './sdk-state.ts'
import { useSessionScope, type SessionScope } from './session-context.ts'
import { useKeyed } from './use-keyed.ts'
import { useLatest } from './use-latest.ts'

export interface UseForageSdkOptions {
  /** Loads the SDK, for example its script tag, and gives its `Forage` function. */
  load: () => Promise<ForageFactory>
  /** For example `mid/123ab45c67`. */
  merchantId: string
  /** The merchant's own, hashed name of the customer. */
  customerId: string
  /**
   * How long the token must be good for before an element is mounted, in ms. Default: 600 000 (10 minutes).
   * The session honours it up to half of a token's lifetime.
   */
  minValidityMs?: number
}

export type UseForageSdkResult = SdkBridgeState &
  ForageCalls & {
    /** An input for the card number or the PIN that outlives a renewal of the token. Stable. */
    createElement(type: ForageElementType, style?: ForageElementStyle): ForageElement
  }

/**
 * Forage's browser SDK with a token that is kept usable. Its instance is replaced only while nothing is typed.
 * A call that fails for the token rejects with the SDK's own error and sets `needsReentry`: ask the customer to
 * type again. Nothing typed is ever sent twice.
 */
export function useForageSdk(options: UseForageSdkOptions): UseForageSdkResult {
  const scope = useSessionScope()
  const bridge = useBridge(scope, options)
  useFollow(bridge, scope.enabled)
  useRestart(bridge, scope, options)
  const state = useSyncExternalStore(bridge.subscribe, bridge.getState, () => initialSdkState)
  return useMemo(() => {
    const { createElement, tokenizeCard, checkBalance, capturePayment, deferPaymentCapture } = bridge
    return { ...state, createElement, tokenizeCard, checkBalance, capturePayment, deferPaymentCapture }
  }, [state, bridge])
}

function useBridge({ session, clock }: SessionScope, options: UseForageSdkOptions): SdkBridge {
  const latest = useLatest(options)
  return useKeyed(session, () => {
    return new SdkBridge({
      session,
      load: () => latest.current.load(),
      config: () => ({ merchantId: latest.current.merchantId, customerId: latest.current.customerId }),
      minValidityMs: () => latest.current.minValidityMs ?? 600_000,
      runAt: (run, atMs) => runAt(clock, run, atMs),
    })
  })
}

/** Runs while mounted and enabled; asks again when the page comes back from a time without timers. */
function useFollow(bridge: SdkBridge, enabled: boolean): void {
  useEffect(() => {
    if (!enabled) return undefined
    const stop = bridge.start()
    const onVisibility = (): void => {
      if (document.visibilityState === 'visible') bridge.refresh()
    }
    document.addEventListener('visibilitychange', onVisibility)
    return () => {
      stop()
      document.removeEventListener('visibilitychange', onVisibility)
    }
  }, [bridge, enabled])
}

/** What was typed for one customer, merchant or checkout is not sent for another. */
function useRestart(
  bridge: SdkBridge,
  { checkoutId }: SessionScope,
  { merchantId, customerId }: UseForageSdkOptions,
): void {
  const who = JSON.stringify([merchantId, customerId, checkoutId])
  const started = useRef(who)
  useEffect(() => {
    if (started.current !== who) bridge.restart()
    started.current = who
  }, [bridge, who])
}

/** Never at once: on a session with another clock than the page's, `retryAt` may seem to be over. */
function runAt(clock: HookClock, run: () => void, atMs: number): () => void {
  const timer = clock.setTimeout(run, Math.max(100, atMs - clock.now()))
  return () => clock.clearTimeout(timer)
}
