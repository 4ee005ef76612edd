import {
  useForageMutation,
  useForageSdk,
  type ForageElement,
  type ForagePayment,
} from '@forage-session/react'
import { useEffect, useRef, useState, type ReactNode, type SyntheticEvent } from 'react'

import { amount, merchantAccount, paymentPath } from '../world/addresses.ts'
import type { World } from '../world/world.ts'
import { createStandInSdk, pinLabelId } from './stand-in-sdk.ts'

interface PinFormProps {
  readonly world: World
  readonly orderId: string
  /** Receives the balance that is left, in dollars. */
  readonly onPaid: (balance: string) => void
}

/** Takes the PIN and charges the order once. */
export function PinForm({ world, orderId, onPaid }: PinFormProps): ReactNode {
  const sdk = useForageSdk({
    load: async () => createStandInSdk(world.network),
    merchantId: merchantAccount,
    customerId: 'customer-1',
  })
  const element = usePinElement(sdk.createElement)
  /** The state of the mutation is too late for a double click. */
  const isPaying = useRef(false)
  const pay = useForageMutation({
    mutationFn: async () => {
      const ref = await preparePayment(world, orderId)
      const { receipt } = await sdk.capturePayment(element!, ref)
      return balanceAfter(receipt)
    },
    onSuccess: onPaid,
    onSettled: () => {
      isPaying.current = false
    },
  })
  const onSubmit = (event: SyntheticEvent): void => {
    event.preventDefault()
    if (!element || isPaying.current) return
    isPaying.current = true
    pay.mutate()
  }
  return (
    <form onSubmit={onSubmit}>
      <p className="pg-label" id={pinLabelId}>
        EBT card PIN <span className="pg-muted">(any four digits)</span>
      </p>
      <div id="pg-pin" className="pg-pin-box" />
      {pay.isError && !pay.isPending && <Problem error={pay.error} needsReentry={sdk.needsReentry} />}
      {/* A disabled button would lose the focus. */}
      <button className="pg-primary" disabled={!element} aria-disabled={pay.isPending}>
        {pay.isPending ? 'Paying…' : `Pay $${amount} with EBT SNAP`}
      </button>
    </form>
  )
}

/** Explains the failure of an attempt. The texts are for a customer. */
function Problem({ error, needsReentry }: { error: Error; needsReentry: boolean }): ReactNode {
  const isPin = 'code' in error && error.code === 'user_error'
  return (
    <p className="pg-notice" role="alert">
      {isPin
        ? 'Please enter the four digits of your PIN.'
        : needsReentry
          ? 'Nothing was charged. Please enter your PIN again: the session token that Forage’s input was created with is no longer valid.'
          : 'The payment did not go through. Nothing was charged. Please try again.'}
    </p>
  )
}

function usePinElement(createElement: (type: 'collect_pin') => ForageElement): ForageElement | undefined {
  const [ready, setReady] = useState<ForageElement>()
  useEffect(() => {
    const element = createElement('collect_pin')
    element.on('ready', () => setReady(element))
    element.mount('pg-pin')
    return () => {
      element.destroy()
      setReady(undefined)
    }
  }, [createElement])
  return ready
}

/** Reads the balance in the receipt. */
function balanceAfter(receipt: ForagePayment['receipt']): string {
  const { balance } = receipt as { balance: { snap: string } }
  return balance.snap
}

/** The backend creates the payment. With the same key it returns the same one, so that a second try charges once. */
async function preparePayment({ network }: World, orderId: string): Promise<string> {
  const response = await network.fetch(paymentPath, {
    method: 'POST',
    headers: { 'Idempotency-Key': orderId },
  })
  if (!response.ok) throw new Error(`The backend answered ${response.status}.`)
  const { ref } = (await response.json()) as { ref: string }
  return ref
}
