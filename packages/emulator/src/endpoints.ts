import { onboardingSessionEndpoint } from './hosted/onboarding-sessions.ts'
import type { Endpoint } from './http/endpoint.ts'
import { oauthEndpoints } from './oauth/oauth-endpoints.ts'
import { orderPaymentEndpoints } from './orders/order-payments.ts'
import { orderRefundEndpoints } from './orders/order-refunds.ts'
import { orderEndpoints } from './orders/orders.ts'
import { creditPaymentEndpoints } from './payments/credit-payments.ts'
import { paymentMethodEndpoints } from './payments/payment-methods.ts'
import { paymentEndpoints } from './payments/payments.ts'
import { refundEndpoints } from './payments/refunds.ts'
import { serverCaptureEndpoints } from './payments/server-capture.ts'
import { paymentLinkEndpoints } from './quidkey/payment-links.ts'
import { quidkeyOauthEndpoints } from './quidkey/quidkey-oauth.ts'
import { reportEndpoints } from './reporting/reports.ts'
import { sessionTokenEndpoint } from './session-tokens/session-token-endpoint.ts'
import { balanceSessionEndpoints } from './sessions/balance-sessions.ts'
import { sessionEndpoints } from './sessions/sessions.ts'
import { balanceEndpoint } from './vault/balance.ts'
import { captureEndpoint } from './vault/capture.ts'
import { collectPinEndpoints } from './vault/collect-pin.ts'
import { creditCardEndpoint } from './vault/credit-card.ts'

/** The emulated API, whole: what is mounted, described as OpenAPI and fuzzed. */
export const endpoints: readonly Endpoint[] = [
  ...oauthEndpoints,
  sessionTokenEndpoint,
  ...paymentMethodEndpoints,
  ...paymentEndpoints,
  ...serverCaptureEndpoints,
  ...creditPaymentEndpoints,
  ...refundEndpoints,
  ...collectPinEndpoints,
  creditCardEndpoint,
  balanceEndpoint,
  captureEndpoint,
  ...sessionEndpoints,
  ...balanceSessionEndpoints,
  ...orderEndpoints,
  ...orderPaymentEndpoints,
  ...orderRefundEndpoints,
  onboardingSessionEndpoint,
  ...reportEndpoints,
  ...quidkeyOauthEndpoints,
  ...paymentLinkEndpoints,
]
