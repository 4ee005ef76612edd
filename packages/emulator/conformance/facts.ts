import type { Fact } from './fact.ts'
import { acceptanceFacts } from './facts/acceptance.ts'
import { cardFacts } from './facts/cards.ts'
import { errorFacts } from './facts/errors.ts'
import { headerFacts } from './facts/headers.ts'
import { idempotencyFacts } from './facts/idempotency.ts'
import { limitFacts } from './facts/limits.ts'
import { oauthFacts } from './facts/oauth.ts'
import { orderFacts } from './facts/orders.ts'
import { paymentMethodFacts } from './facts/payment-methods.ts'
import { paymentFacts } from './facts/payments.ts'
import { quidkeyFacts } from './facts/quidkey.ts'
import { refundFacts } from './facts/refunds.ts'
import { revocationFacts } from './facts/revocation.ts'
import { sessionTokenFacts } from './facts/session-tokens.ts'
import { sessionFacts } from './facts/sessions.ts'
import { tokenFormatFacts } from './facts/token-format.ts'

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
