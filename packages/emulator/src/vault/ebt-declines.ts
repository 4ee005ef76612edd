import type { EbtDecline } from '../http/error-envelopes.ts'

/**
 * The refusals of the EBT network. The texts of 14, 54, 55 and 91 are in the SDKs' tests and fixtures. The other texts
 * follow the meanings in docs.joinforage.app/docs/ebt-error-codes.
 */
const messages: Readonly<Record<string, string>> = {
  '03': 'Invalid merchant - Cannot Process',
  '14': 'Invalid card number - Re-enter Transaction',
  '43': 'Lost/stolen card - Cannot Process',
  '51': 'Insufficient funds - Insufficient Funds',
  '54': 'Expired card - Expired Card',
  '55': 'Invalid PIN or PIN not selected - Invalid PIN',
  '56': 'Credit failure - Cannot Process',
  '61': 'Return exceeds benefit authorization - Cannot Process',
  '62': 'Restricted card - Cannot Process',
  '75': 'Allowable number of PIN tries exceeded - Card Locked',
  '80': 'Voucher expired - Cannot Process',
  '91': 'Authorizer not available (time-out) - Host Not Available',
  '96': 'System malfunction - Try Again',
}

/** The `status_code` of a timeout: forage-android-sdk v3.9.0 fixtures/message/failed_get_message.json. */
const statusCodes: Readonly<Record<string, number>> = { '91': 504 }

export function ebtDecline(number: string, details?: Readonly<Record<string, string>>): EbtDecline {
  const decline = {
    message: messages[number] ?? 'Cannot Process',
    forage_code: `ebt_error_${number}`,
    status_code: statusCodes[number] ?? 400,
  }
  return details ? { ...decline, details } : decline
}
