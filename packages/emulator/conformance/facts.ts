import type { Fact } from './fact.ts'
import { errorFacts } from './facts/http/errors.ts'
import { headerFacts } from './facts/http/headers.ts'
import { idempotencyFacts } from './facts/http/idempotency.ts'
import { limitFacts } from './facts/http/limits.ts'
import { orderFacts } from './facts/orders/orders.ts'
import { sessionFacts } from './facts/orders/sessions.ts'
import { paymentFacts } from './facts/payments/create-payment.ts'
import { paymentMethodFacts } from './facts/payments/payment-methods.ts'
import { refundFacts } from './facts/payments/refunds.ts'
import { cardFacts } from './facts/payments/test-cards.ts'
import { acceptanceFacts } from './facts/tokens/acceptance.ts'
import { oauthFacts } from './facts/tokens/authentication-tokens.ts'
import { quidkeyFacts } from './facts/tokens/quidkey.ts'
import { revocationFacts } from './facts/tokens/revocation.ts'
import { sessionTokenFacts } from './facts/tokens/session-token-minting.ts'
import { tokenFormatFacts } from './facts/tokens/token-format.ts'

/** Everything that is publicly known of the API, in the order of the record; the limiter last. */
export const facts: readonly Fact[] = [
  ...headerFacts,
  ...oauthFacts,
  ...revocationFacts,
  ...sessionTokenFacts,
  ...tokenFormatFacts,
  ...acceptanceFacts,
  ...errorFacts,
  ...paymentMethodFacts,
  ...paymentFacts,
  ...refundFacts,
  ...sessionFacts,
  ...orderFacts,
  ...idempotencyFacts,
  ...cardFacts,
  ...quidkeyFacts,
  ...limitFacts,
]
