import type { Fact } from './fact.ts'
import { androidFacts } from './facts/clients/android.ts'
import { iosFacts } from './facts/clients/ios.ts'
import { sampleAppFacts } from './facts/clients/sample-apps.ts'
import { errorFacts } from './facts/http/errors.ts'
import { headerFacts } from './facts/http/headers.ts'
import { idempotencyFacts } from './facts/http/idempotency.ts'
import { limitFacts } from './facts/http/limits.ts'
import { webhookFacts } from './facts/http/webhooks.ts'
import { orderFacts } from './facts/orders/orders.ts'
import { reportFacts } from './facts/orders/reports.ts'
import { sessionFacts } from './facts/orders/sessions.ts'
import { captureFacts } from './facts/payments/capture-payment.ts'
import { paymentChangeFacts } from './facts/payments/change-payment.ts'
import { paymentCreationFacts } from './facts/payments/create-payment.ts'
import { deferredCaptureFacts } from './facts/payments/deferred-capture.ts'
import { paymentMethodFacts } from './facts/payments/payment-methods.ts'
import { refundFacts } from './facts/payments/refunds.ts'
import { storedCardFacts } from './facts/payments/stored-cards.ts'
import { cardFacts } from './facts/payments/test-cards.ts'
import { acceptanceFacts } from './facts/tokens/acceptance.ts'
import { authenticationTokenFacts } from './facts/tokens/authentication-tokens.ts'
import { quidkeyFacts } from './facts/tokens/quidkey.ts'
import { revocationFacts } from './facts/tokens/revocation.ts'
import { scopeFacts } from './facts/tokens/scopes.ts'
import { sessionTokenLifeFacts } from './facts/tokens/session-token-life.ts'
import { sessionTokenMintingFacts } from './facts/tokens/session-token-minting.ts'
import { tokenFormatFacts } from './facts/tokens/token-format.ts'
import { tokenRefusalFacts } from './facts/tokens/token-refusals.ts'

/** Everything that is publicly known about the API, in the order of the sections. The request limit comes last. */
export const facts: readonly Fact[] = [
  ...headerFacts,
  ...authenticationTokenFacts,
  ...scopeFacts,
  ...tokenRefusalFacts,
  ...revocationFacts,
  ...sessionTokenMintingFacts,
  ...sessionTokenLifeFacts,
  ...tokenFormatFacts,
  ...acceptanceFacts,
  ...errorFacts,
  ...paymentMethodFacts,
  ...storedCardFacts,
  ...paymentCreationFacts,
  ...captureFacts,
  ...paymentChangeFacts,
  ...deferredCaptureFacts,
  ...refundFacts,
  ...sessionFacts,
  ...orderFacts,
  ...idempotencyFacts,
  ...webhookFacts,
  ...reportFacts,
  ...cardFacts,
  ...iosFacts,
  ...androidFacts,
  ...sampleAppFacts,
  ...quidkeyFacts,
  ...limitFacts,
]
