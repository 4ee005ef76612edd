import { isSdkRejection } from '@forage-session/core'
import type { ForageElement, ForageElementType, ForageFactory } from '@forage-session/react'

/** Input that is tied to a session token, because an instance of Forage's SDK keeps the token that it was created with. */
export type HeldInput = 'card number' | 'PIN'

export interface InputWatch {
  /** Returns a factory that works like this one, and whose instances are watched. */
  readonly watched: (factory: ForageFactory) => ForageFactory
  /** Returns the input that the SDK holds now. */
  readonly held: () => HeldInput | undefined
  /** Returns the input that Forage refused last because of its token, and forgets it. */
  readonly takeRefused: () => HeldInput | undefined
}

/** Creates a watch of the SDK's inputs. The demo needs it to explain why the customer types again. */
export function createInputWatch(): InputWatch {
  /** The SDK's element behind each element of a watched instance. */
  const behind = new WeakMap<ForageElement, ForageElement>()
  const typed = new Map<ForageElement, HeldInput>()
  let refused: HeldInput | undefined
  const watchedElement = (own: ForageElement, type: ForageElementType): ForageElement => {
    const element: ForageElement = {
      mount: (htmlElementId) => own.mount(htmlElementId),
      on: (event, handler) => own.on(event, handler),
      clear: () => {
        typed.delete(element)
        own.clear()
      },
      destroy: () => {
        typed.delete(element)
        own.destroy()
      },
    }
    behind.set(element, own)
    own.on('change', () => void typed.set(element, type === 'collect_pin' ? 'PIN' : 'card number'))
    return element
  }
  const send = async <T>(element: ForageElement, call: (own: ForageElement) => Promise<T>): Promise<T> => {
    const input = typed.get(element)
    try {
      return await call(behind.get(element) ?? element)
    } catch (error) {
      if (isSdkRejection(error)) refused = input
      throw error
    } finally {
      // After a call, the SDK keeps a card number but no PIN.
      if (input === 'PIN') typed.delete(element)
    }
  }
  return {
    watched: (factory) => (config) => {
      const sdk = factory(config)
      return {
        create: (type, options) => watchedElement(sdk.create(type, options), type),
        tokenizeCard: (element, options) => send(element, (own) => sdk.tokenizeCard(own, options)),
        checkBalance: (element, ref) => send(element, (own) => sdk.checkBalance(own, ref)),
        capturePayment: (element, ref) => send(element, (own) => sdk.capturePayment(own, ref)),
        deferPaymentCapture: (element, ref) => send(element, (own) => sdk.deferPaymentCapture(own, ref)),
      }
    },
    held: () => [...typed.values()].at(-1),
    takeRefused: () => {
      const last = refused
      refused = undefined
      return last
    },
  }
}

/** The inputs of this page. */
export const inputWatch: InputWatch = createInputWatch()
