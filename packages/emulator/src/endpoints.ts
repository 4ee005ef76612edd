import type { Endpoint } from './http/endpoint.ts'
import { oauthEndpoints } from './oauth/oauth-endpoints.ts'
import { paymentMethodEndpoints } from './payments/payment-methods.ts'
import { paymentEndpoints } from './payments/payments.ts'
import { sessionTokenEndpoint } from './session-tokens/session-token-endpoint.ts'
import { balanceEndpoint } from './vault/balance.ts'
import { captureEndpoint } from './vault/capture.ts'

/** The emulated API, whole: what is mounted, described as OpenAPI and fuzzed. */
export const endpoints: readonly Endpoint[] = [
  ...oauthEndpoints,
  sessionTokenEndpoint,
  ...paymentMethodEndpoints,
  ...paymentEndpoints,
  balanceEndpoint,
  captureEndpoint,
]
