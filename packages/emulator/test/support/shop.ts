import { expect } from 'vitest'

import type { EmulatorOptions } from '../../src/index.ts'
import { createMerchant, field, type Answer, type Merchant } from './merchant.ts'

export const address: Record<string, string | null> = {
  city: 'San Francisco',
  country: 'US',
  line1: '1856 Market St.',
  line2: null,
  state: 'CA',
  zipcode: '94102',
}

interface SessionBody {
  readonly delivery_address: Record<string, string | null>
  readonly is_delivery: boolean
  readonly snap_total: string | number
  readonly ebt_cash_total: string | number
  readonly remaining_total: string | number
  readonly success_redirect_url: string
  readonly cancel_redirect_url: string
}

/** docs.joinforage.app/docs/quickstart */
export const fullyHosted: SessionBody = {
  delivery_address: address,
  is_delivery: true,
  snap_total: '25.99',
  ebt_cash_total: 20,
  remaining_total: 5.99,
  success_redirect_url: 'https://shop.example/receipt',
  cancel_redirect_url: 'https://shop.example/cart',
}

export const capture: SessionBody = { ...fullyHosted, remaining_total: 0 }

/** A merchant that sells by orders. Every POST has a new idempotency key. */
export interface Shop extends Merchant {
  /** An authentication token with every scope. */
  readonly token: string
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  /** Opens a session and returns the ref of its order. */
  fullyHosted(fields?: object): Promise<string>
  capture(fields?: object): Promise<string>
  order(ref: string): Promise<Record<string, unknown>>
  /** Submits the form of the hosted page. */
  pay(ref: string, fields?: Record<string, string>): Promise<Answer>
}

export async function openShop(options: EmulatorOptions = {}): Promise<Shop> {
  const merchant = createMerchant(options)
  const token = await merchant.authenticationToken({
    scope: 'hosted_checkout pinpad_only reporting accounts',
  })
  let keys = 0
  const call: Shop['call'] = (method, path, body, headers = {}) => {
    keys += 1
    return merchant.send(path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      headers: {
        Authorization: `Bearer ${token}`,
        'Merchant-Account': 'mid/123ab45c67',
        'Content-Type': 'application/json',
        'Idempotency-Key': `order-key-${keys}`,
        ...headers,
      },
    })
  }
  return {
    ...merchant,
    token,
    call,
    fullyHosted: async (fields = {}) =>
      field(await call('POST', '/api/sessions/', { ...fullyHosted, ...fields }), 'ref'),
    capture: async (fields = {}) =>
      field(await call('POST', '/api/capture_sessions/', { ...capture, ...fields }), 'ref'),
    order: async (ref) => (await call('GET', `/api/orders/${ref}/`)).body as Record<string, unknown>,
    pay: (ref, fields = {}) =>
      merchant.send(`/proxy/hosted/orders/${ref}/`, {
        method: 'POST',
        body: new URLSearchParams({ card_number: '9999 4200 0000 0001', pin: '1234', ...fields }),
      }),
  }
}

export const errorCode = (code: string): object => ({ errors: [expect.objectContaining({ code })] })
