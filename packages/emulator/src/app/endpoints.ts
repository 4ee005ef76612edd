import type { Switches } from '../context/switches.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { oauthEndpoints } from '../oauth/oauth-endpoints.ts'
import { orderPaymentEndpoints } from '../orders/order-payments.ts'
import { orderRefundEndpoints } from '../orders/order-refunds.ts'
import { orderEndpoints } from '../orders/orders.ts'
import { balanceEndpoint } from '../payment-methods/balance-check.ts'
import { creditCardEndpoint } from '../payment-methods/credit-card.ts'
import { paymentMethodEndpoints } from '../payment-methods/payment-methods.ts'
import { stateCardsEndpoint } from '../payment-methods/state-cards.ts'
import { collectPinEndpoints } from '../payments/captures/collect-pin.ts'
import { creditPaymentEndpoints } from '../payments/captures/credit-payments.ts'
import { serverCaptureEndpoints } from '../payments/captures/server-capture.ts'
import { captureEndpoint } from '../payments/captures/vault-capture.ts'
import { deletePaymentMethodEndpoint } from '../payments/delete-payment-method.ts'
import { paymentEndpoints } from '../payments/payments.ts'
import { refundEndpoints } from '../payments/refunds/refunds.ts'
import { paymentLinkEndpoints } from '../quidkey/payment-links.ts'
import { quidkeyOauthEndpoints } from '../quidkey/quidkey-oauth.ts'
import { reportEndpoints } from '../reporting/reports.ts'
import { sessionTokenEndpoint } from '../session-tokens/session-token-endpoint.ts'
import { balanceSessionEndpoints } from '../sessions/balance-sessions.ts'
import { onboardingSessionEndpoint } from '../sessions/onboarding-sessions.ts'
import { sessionEndpoints } from '../sessions/sessions.ts'

/**
 * Returns every endpoint of the emulated API, as the switches choose methods, paths and tokens: the app mounts them,
 * OpenAPI describes them, and tests fuzz them.
 */
export const endpointsFor = (switches: Switches): readonly Endpoint[] => [
  ...oauthEndpoints,
  sessionTokenEndpoint,
  ...paymentMethodEndpoints(switches),
  deletePaymentMethodEndpoint,
  stateCardsEndpoint(switches.stateCardsPath),
  ...paymentEndpoints(switches),
  ...serverCaptureEndpoints(switches),
  ...creditPaymentEndpoints(switches),
  ...refundEndpoints,
  ...collectPinEndpoints,
  creditCardEndpoint,
  balanceEndpoint,
  captureEndpoint,
  ...sessionEndpoints,
  ...balanceSessionEndpoints,
  ...orderEndpoints(switches),
  ...orderPaymentEndpoints(switches),
  ...orderRefundEndpoints,
  onboardingSessionEndpoint,
  ...reportEndpoints,
  ...quidkeyOauthEndpoints,
  ...paymentLinkEndpoints,
]
