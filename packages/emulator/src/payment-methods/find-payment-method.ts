import type { ApiCall } from '../api/api-endpoint.ts'
import { listedError, type ApiError } from '../http/api-error.ts'
import { TENANT_NAME, type Merchant } from '../shared/merchants.ts'
import { PAYMENT_METHODS, paymentMethodTable, type PaymentMethod } from './payment-method.ts'

export type PaymentMethodCall = Pick<ApiCall<unknown, Merchant | undefined>, 'context' | 'path' | 'merchant'>

/** Returns the payment method. Throws the documented 404 if the merchant cannot use it. */
export function findPaymentMethod({ context, path, merchant }: PaymentMethodCall, ref = ''): PaymentMethod {
  const found = context.store.table(paymentMethodTable).get(ref)
  if (!found || (found.merchantId !== undefined && found.merchantId !== merchant?.id))
    throw unknownPaymentMethod(path, ref, merchant)
  return found
}

/** Message: docs.joinforage.app/reference/errors, under resource_not_found, and forage-ios-sdk's ForageMocks.swift. */
function unknownPaymentMethod(path: string, ref: string, merchant: Merchant | undefined): ApiError {
  const message = `Payment method with id ${ref} does not exist for Tenant ${TENANT_NAME} using FNS ${merchant?.fnsNumber ?? 'None'}`
  const source = { resource: PAYMENT_METHODS, ref }
  return listedError(path, 404, { code: 'resource_not_found', message, source })
}
