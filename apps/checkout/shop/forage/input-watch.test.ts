import type { ForageElement, ForageElementType, ForageFactory, ForageSdk } from '@forage-session/react'
import { expect, test } from 'vitest'

import { createInputWatch, type InputWatch } from './input-watch.ts'

const tokenRefusal = { httpStatusCode: 401, code: 'expired_session_token', message: 'This token has expired' }
const wrongPin = { httpStatusCode: 400, code: 'ebt_error_55', message: 'Invalid PIN' }

interface Field {
  watch: InputWatch
  sdk: ForageSdk
  element: ForageElement
  type: () => void
  /** The element that a call of the SDK received last. */
  sent: () => ForageElement | undefined
  own: ForageElement
}

/** Creates a watched instance whose calls fail with this error, and one of its elements. */
function openField(kind: ForageElementType, error?: unknown): Field {
  const watch = createInputWatch()
  let type = (): void => {}
  let sent: ForageElement | undefined
  const own: ForageElement = {
    mount: () => {},
    on: (event, handler) => {
      if (event === 'change') type = () => handler({ type: 'change', usecase: kind, error: null })
    },
    clear: () => {},
    destroy: () => {},
  }
  const call = async (element: ForageElement): Promise<never> => {
    sent = element
    if (error !== undefined) throw error
    return undefined as never
  }
  const factory: ForageFactory = () => ({
    create: () => own,
    tokenizeCard: call,
    checkBalance: call,
    capturePayment: call,
    deferPaymentCapture: call,
  })
  const sdk = watch.watched(factory)({ merchantId: 'm', customerId: 'c', sessionToken: 'sandbox_unused' })
  return { watch, sdk, own, element: sdk.create(kind), type: () => type(), sent: () => sent }
}

test('the SDK holds a PIN from the first digit until the PIN is sent, also if it was wrong', async () => {
  const { watch, sdk, element, type, own, sent } = openField('collect_pin', wrongPin)
  expect(watch.held()).toBeUndefined()
  type()
  expect(watch.held()).toBe('PIN')
  await expect(sdk.capturePayment(element, 'p1')).rejects.toBe(wrongPin)
  expect(sent()).toBe(own)
  expect(watch.held()).toBeUndefined()
  expect(watch.takeRefused()).toBeUndefined()
})

test('the SDK holds a card number until its element is emptied or removed', async () => {
  const { watch, sdk, element, type } = openField('tokenize_card', wrongPin)
  type()
  await expect(sdk.tokenizeCard(element)).rejects.toBe(wrongPin)
  expect(watch.held()).toBe('card number')
  element.clear()
  expect(watch.held()).toBeUndefined()
  type()
  element.destroy()
  expect(watch.held()).toBeUndefined()
})

test('an input that Forage refused because of its token is reported once', async () => {
  const { watch, sdk, element, type } = openField('collect_pin', tokenRefusal)
  type()
  await expect(sdk.checkBalance(element, 'm1')).rejects.toBe(tokenRefusal)
  expect(watch.takeRefused()).toBe('PIN')
  expect(watch.takeRefused()).toBeUndefined()
})
