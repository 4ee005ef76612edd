import type { EmulatorContext, RouteContext } from '../context/context.ts'
import { listedError, type ApiError } from '../http/api-error.ts'
import type { Merchant } from '../shared/merchants.ts'

/** Returns the merchant that `Merchant-Account` names, or undefined without the header. */
export function optionalMerchant(context: EmulatorContext, c: RouteContext): Merchant | undefined {
  const account = c.req.header('merchant-account')
  if (!account) return undefined
  const merchant = context.merchants.find(account)
  if (!merchant) throw invalidMerchantAccount(c.req.path)
  return merchant
}

export function requiredMerchant(context: EmulatorContext, c: RouteContext): Merchant {
  const merchant = optionalMerchant(context, c)
  if (!merchant) throw missingMerchantAccount(context, c.req.path)
  return merchant
}

/** Messages and resource: docs.joinforage.app/reference/forage-js-errors and forage-android-sdk's fixtures. */
function missingMerchantAccount(context: EmulatorContext, path: string): ApiError {
  return listedError(path, context.switches.missingMerchantStatus, {
    code: 'missing_merchant_account',
    message: 'No merchant account FNS number was provided.',
    source: { resource: 'Merchant_Account_Header', ref: '' },
  })
}

function invalidMerchantAccount(path: string): ApiError {
  return listedError(path, 400, {
    code: 'invalid_merchant_account',
    message: 'Merchant account FNS number not valid.',
    source: { resource: 'Merchant_Account_Header', ref: '' },
  })
}
