import { cachedReplyTable } from '../api/idempotency.ts'
import { orderRefundTable } from '../orders/order-refund.ts'
import { orderTable } from '../orders/order.ts'
import { paymentMethodTable, reusableCardTable } from '../payment-methods/payment-method.ts'
import { paymentTable } from '../payments/payment.ts'
import { refundTable } from '../payments/refunds/refund.ts'
import { paymentLinkTable } from '../quidkey/payment-link.ts'
import { quidkeyAccessTokenTable, quidkeyRefreshTokenTable } from '../quidkey/quidkey-tokens.ts'
import { balanceSessionTable, onboardingSessionTable } from '../sessions/hosted-session.ts'
import type { TableDefinition } from '../state/table.ts'
import { authenticationTokenTable } from '../tokens/authentication-token.ts'
import { sessionTokenTable } from '../tokens/session-token.ts'
import { deferredPinTable } from '../vault/deferred-pins.ts'
import { ebtAccountTable } from '../vault/ebt-network.ts'

/** Every table of the emulator: `reset` empties them all. */
export const tables: readonly TableDefinition<unknown>[] = [
  authenticationTokenTable,
  sessionTokenTable,
  paymentMethodTable,
  reusableCardTable,
  paymentTable,
  orderTable,
  orderRefundTable,
  balanceSessionTable,
  onboardingSessionTable,
  refundTable,
  ebtAccountTable,
  deferredPinTable,
  cachedReplyTable,
  quidkeyAccessTokenTable,
  quidkeyRefreshTokenTable,
  paymentLinkTable,
]
