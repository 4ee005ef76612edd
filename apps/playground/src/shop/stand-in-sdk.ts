import type { ForageElement, ForageElementEvent, ForageFactory, ForagePayment } from '@forage-session/react'

import { apiOrigin, merchantAccount, vaultOrigin } from '../world/addresses.ts'
import type { Network } from '../world/network.ts'

/** The id of the visible label of the PIN. */
export const pinLabelId = 'pg-pin-label'

/**
 * Creates a stand-in for Forage's SDK, whose frames need a server. It takes a PIN in an input of this page, and like
 * the real one it keeps the session token that it was constructed with.
 */
export function createStandInSdk({ fetch }: Pick<Network, 'fetch'>): ForageFactory {
  return ({ sessionToken }) => {
    const inputs = new Map<ForageElement, PinInput>()
    const send = async (origin: string, path: string, pinBody?: object): Promise<Answer> => {
      const headers = {
        Authorization: `Bearer ${sessionToken}`,
        'Merchant-Account': merchantAccount,
        'Content-Type': 'application/json',
        'API-Version': '2024-01-08',
      }
      const init = pinBody ? { method: 'POST', body: JSON.stringify(pinBody), headers } : { headers }
      const response = await fetch(origin + path, init)
      const body = (await response.json()) as Answer
      if (!response.ok || body.error) throw forageError(response.status, body)
      return body
    }
    return {
      create() {
        const input = createPinInput()
        inputs.set(input.element, input)
        return input.element
      },
      async capturePayment(element, ref) {
        const pin = inputs.get(element)?.take() ?? ''
        if (!/^\d{4}$/.test(pin)) throw incompletePin()
        const payment = await send(apiOrigin, `/api/payments/${ref}/`)
        const method = await send(apiOrigin, `/api/payment_methods/${payment.payment_method}/`)
        const body = { pin, card_number_token: method.card?.token.split(',')[2] }
        return (await send(
          vaultOrigin,
          `/proxy/api/payments/${ref}/capture/`,
          body,
        )) as unknown as ForagePayment
      },
      tokenizeCard: () => notHere('tokenizeCard'),
      checkBalance: () => notHere('checkBalance'),
      deferPaymentCapture: () => notHere('deferPaymentCapture'),
    }
  }
}

interface WireError {
  readonly code?: string
  readonly forage_code?: string
  readonly message?: string
}

interface Answer {
  readonly payment_method?: string
  readonly card?: { readonly token: string }
  readonly errors?: readonly WireError[]
  readonly error?: WireError | null
}

/** Returns an error of the SDK's documented shape. */
function forageError(httpStatusCode: number, { errors, error }: Answer): Error {
  const { code, forage_code = code, message = 'The request failed.' } = errors?.[0] ?? error ?? {}
  return Object.assign(new Error(message), { name: 'ForageError', httpStatusCode, code: forage_code })
}

/** The SDK checks a PIN before it sends a request. */
function incompletePin(): Error {
  const message = 'Invalid EBT Card PIN entered. Please enter your 4-digit PIN.'
  return Object.assign(new Error(message), { name: 'ForageError', httpStatusCode: 400, code: 'user_error' })
}

function notHere(name: string): Promise<never> {
  return Promise.reject(new Error(`The stand-in for Forage's SDK has no ${name}.`))
}

interface PinInput {
  readonly element: ForageElement
  /** Returns the PIN, and empties the input. */
  take(): string
}

function createPinInput(): PinInput {
  const input = document.createElement('input')
  // Not a password field: password managers would offer to store the PIN.
  Object.assign(input, { type: 'text', inputMode: 'numeric', maxLength: 4, autocomplete: 'off' })
  input.className = 'pg-pin'
  input.setAttribute('aria-labelledby', pinLabelId)
  const handlers: [ForageElementEvent['type'], Parameters<ForageElement['on']>[1]][] = []
  const emit = (type: ForageElementEvent['type']): void => {
    for (const [wanted, handler] of handlers)
      if (wanted === type) handler({ type, usecase: 'collect_pin', error: null })
  }
  input.addEventListener('input', () => emit('change'))
  return {
    take() {
      const { value } = input
      input.value = ''
      return value
    },
    element: {
      mount(id) {
        document.getElementById(id)?.replaceChildren(input)
        emit('ready')
      },
      on: (type, handler) => void handlers.push([type, handler]),
      clear: () => void (input.value = ''),
      destroy: () => input.remove(),
    },
  }
}
