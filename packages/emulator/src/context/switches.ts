import type { ApiVersion } from '../shared/api-versions.ts'

/**
 * Behavior of the real API that public documents contradict or omit. Each guess of the emulator is a switch. Set one to
 * test that a client does not depend on the guess.
 */
export interface Switches {
  /**
   * The format of session tokens. `signed`: `base64url(payload).base64url(time).base64url(mac)`, as in
   * forage-android-sdk's TestForagePaymentSheet.kt (July 2025), which has the newest published token. `jwt-without-iat`:
   * only the claims `a` and `exp`, as in docs.joinforage.app/reference/initialize-forage-js. `jwt`: also the claim `iat`,
   * as in the sample of the authentication guide. Default `signed`.
   */
  readonly tokenFormat: 'jwt' | 'jwt-without-iat' | 'signed'
  /**
   * The answer to a token request of a client that has 1000 active tokens, the documented cap. `evict` revokes the token
   * that expires first, as bulk revocation does. Default `reject`, the stricter guess.
   */
  readonly tokenCap: 'reject' | 'evict'
  /**
   * The error for a session token where the API accepts only an authentication token. The answer is undocumented;
   * docs.joinforage.app/reference/errors has `forbidden` (403). Default `forbidden`.
   */
  readonly wrongTokenType: 'forbidden' | 'invalid_token'
  /**
   * The error for a session token with a wrong signature. docs.joinforage.app/reference/errors lists `bad_signature`
   * without its cause; the signer (itsdangerous) has an error of that name. Default `bad_signature`.
   */
  readonly alteredSessionToken: 'bad_signature' | 'invalid_token'
  /**
   * Whether a browser may use an authentication token: "The Payments API will reject requests it detects is coming from
   * a client app using authentication tokens" (older session-token guide), but they "may be passed to SDK methods during
   * development" (authentication guide). The emulator detects a browser by its `Origin`. Default `accept`.
   */
  readonly clientAuthenticationTokens: 'accept' | 'reject'
  /**
   * The tokens that create, list, cancel, authorize and `capture_payment` payments. For session tokens: "all operations
   * related to Payment objects" (older authentication overview), forage-ios-sdk's sample app (SampleAPI.swift) and
   * forage-android-sdk's (PaymentsRepository.kt with the bearer of its README). Against: server-side only
   * (docs.joinforage.app/reference/create-a-payment and capture-a-payment), an authentication token
   * (reference/authorize-a-payment). Default `authentication`, the stricter guess.
   */
  readonly paymentTokens: 'authentication' | 'either'
  /**
   * The tokens that change a payment method. For session tokens: "or modify" in the older authentication overview.
   * Against: the list of the authentication guide. Default `authentication`, the stricter guess.
   */
  readonly paymentMethodTokens: 'authentication' | 'either'
  /**
   * Whether POST changes a payment method, a payment, an order and a payment of an order, like PATCH. The authentication
   * guide, docs.joinforage.app/reference/payments and reference/orders have POST, the newer pages of the reference PATCH.
   * Default `accept`.
   */
  readonly postUpdates: 'accept' | 'reject'
  /**
   * The answer to a path without its last slash. The authentication guide has two such paths, and so have two fixtures of
   * forage-android-sdk (unauthorized_capture_request.json, failed_get_refund.json). `redirect`: 301 to the path with the
   * slash, as Django does (inferred). `reject`: 404. Default `redirect`.
   */
  readonly missingSlash: 'redirect' | 'reject'
  /**
   * The path of the list of states and their cards (docs.joinforage.app/reference/retrieve-state-card-details). No public
   * copy of the page shows it. It starts with `/api/` and ends in a slash. Default `/api/state_card_details/`, after the
   * name of the page.
   */
  readonly stateCardsPath: string
  /**
   * The lifetime of an authentication token without `expiration_time`, in seconds: 7 days in the current reference, 10
   * hours (36000) in older ones. Default 604800.
   */
  readonly defaultAuthenticationTokenSeconds: number
  /**
   * The status of a request without `Merchant-Account`: 400 in the current error list, 401 in forage-android-sdk v3.9.0's
   * MessageStatusServiceTest. Default 400.
   */
  readonly missingMerchantStatus: 400 | 401
  /**
   * The envelope for a request without credentials: `{"detail": …}` in RosettaBadRequestResponsePayload.kt of
   * forage-android-sdk, or the list with code `unauthorized` in its v3.8.0 fixtures. Default `detail`.
   */
  readonly missingCredentials: 'detail' | 'list'
  /**
   * The envelope for a refused token (401 or 403). `list` is the current one, with a code. `detail`: "only a `detail`
   * key", as in the older docs.joinforage.app/reference/errors-1, which forage-android-sdk 4.2.2 still parses. Default
   * `list`.
   */
  readonly authEnvelope: 'list' | 'detail'
  /**
   * Whether a 401 has a `WWW-Authenticate` header. It is undocumented. Default `bearer`: Django REST framework never
   * sends a 401 without it.
   */
  readonly challenge: 'bearer' | 'absent'
  /**
   * The envelope in which the vault refuses an expired or unknown token. `forage`: it relays the answer of the API.
   * `vault`: its own envelope, known only for a malformed header (forage-android-sdk,
   * rosetta_vault_error_response.json). Default `forage`.
   */
  readonly vaultTokenRejection: 'forage' | 'vault'
  /** The status of a new session token. The docs show its body only. Default 200. */
  readonly sessionTokenStatus: 200 | 201
  /** The answer to a new payment without the required `Idempotency-Key`, which is undocumented. Default `reject`. */
  readonly missingIdempotencyKey: 'reject' | 'accept'
  /**
   * The version of a request without `API-Version`: a setting of the dashboard. `default` is the first release; a
   * third-party summary of 2026 has `2025-08-04`. Default `default`.
   */
  readonly apiDefaultVersion: ApiVersion
  /** The answer to an `API-Version` that is not a date, which is undocumented. Default `reject`. */
  readonly malformedApiVersion: 'reject' | 'default'
  /**
   * The limit of docs.joinforage.app/reference/request-limits: 900 requests in 5 minutes from one address. Default
   * `900/5min` with a port (`startEmulator`), otherwise `off`: without a port, all requests have the same address.
   */
  readonly requestLimit: '900/5min' | 'off'
  /** Whether a 429 has a `Retry-After` header. It is undocumented; Django REST framework sends it. Default `send`. */
  readonly retryAfter: 'send' | 'omit'
  /** How long a response stays available for its idempotency key, in ms: 24 hours, or 10 minutes in older docs. */
  readonly idempotencyTtlMs: number
  /**
   * The limit of new cards per customer. A `customer_id` "enables Forage to throttle card additions per customer"
   * (docs.joinforage.app/reference/create-payment-method), but no number is public. Default `off`: any number might refuse
   * a card that the API accepts.
   */
  readonly cardAdditions: '10/hour' | 'off'
  /** The answer to cards of type "benefit". Their supported BINs are not public. Default `reject`. */
  readonly benefitBins: 'reject' | 'accept'
  /**
   * The event after which a card that is not reusable gets `card_not_reusable`, which is undocumented. `payment`: any
   * payment that was not canceled. `capture`: a payment that succeeded. Default `payment`, the stricter guess.
   */
  readonly singleUseCard: 'payment' | 'capture'
  /**
   * The error of a server's capture without a collected PIN, which is undocumented. The message of `ebt_error_55` has
   * "PIN not selected". Default `cannot_capture_payment`: the network was not called.
   */
  readonly missingPin: 'cannot_capture_payment' | 'ebt_error_55'
  /**
   * The answer to a refund that exceeds the rest of its payment. `decline`: "HTTP 201 is returned even if the refund
   * attempt fails" (create-payment-refund), with `ebt_error_61`, "return exceeds benefit authorization". `reject`: 400 with
   * `refund_exceeds_payment_amount`, a code that we made up after the one of orders. Default `decline`.
   */
  readonly excessRefund: 'decline' | 'reject'
  /**
   * The status of a payment 30 minutes after its creation, which is undocumented. It can no longer be captured. Default
   * `canceled`.
   */
  readonly expiredPaymentStatus: 'canceled' | 'failed' | 'requires_confirmation'
  /**
   * The most that an HSA or FSA card can hold for one payment, in cents. Above it, an authorization fails, or holds less
   * with `request_partial_authorization` (docs.joinforage.app/reference/authorize-a-payment). The balance of these test
   * cards is undocumented. Default 100000, $1000 as on the EBT test cards.
   */
  readonly healthcareBalanceCents: number
  /**
   * The page of the docs that describes the test cards. `current`: the "complete list" of docs.joinforage.app/docs/test-cards.
   * `archived`: docs/how-to-trigger-exceptions, where 44444444444444XX, 55555555555555XX and 33333333333333XX fail with any
   * two digits, every capture of 4333333333333303 and 4333333333333304 fails, and every refund of 4333333333333311.
   * `both`: the cards of both pages; of 4333333333333311, only refunds of EBT Cash fail. Default `both`.
   */
  readonly testCardPage: 'both' | 'current' | 'archived'
  /**
   * The answer to PIN operations on a card on no list of test cards. `accept`: "default to successful responses"
   * (docs.joinforage.app/docs/how-to-trigger-exceptions), "Invalid cards will still be accepted" (README of
   * forage-android-sdk). `decline`: invalid card number (`ebt_error_14`), since docs.joinforage.app/docs/test-cards calls
   * its list complete. Default `accept`.
   */
  readonly unlistedCards: 'accept' | 'decline'
  /**
   * The browser SDK's errors: `ForageError` in docs.joinforage.app/reference/forage-js-errors, or
   * `{ errors: [{ httpStatusCode, code, message }] }` in older snapshots of that page. Default `error`.
   */
  readonly sdkErrors: 'error' | 'list'
  /**
   * What Enter does in an input of the browser SDK, which is undocumented, and the SDK has no event for it. `submit`: as
   * in an input of the page itself, the page's `<form>` around the element is submitted. Default `submit`.
   */
  readonly enterKey: 'submit' | 'ignore'
  /**
   * What a click on the page's `<label for>` of an element's container does, which is undocumented. By itself, a label
   * cannot refer to an input in an iframe (HTML, "labelable element"), and no event or function of the documented SDK
   * sets the focus. `focus`: the SDK focuses its input. Default `ignore`.
   */
  readonly labelClick: 'ignore' | 'focus'
  /**
   * The name of the option with a placeholder, in the fields of a payment sheet.
   * docs.joinforage.app/reference/tokenize-a-payment-sheet promises placeholders, and every public copy ends before the
   * name. Default `placeholderText`, after its `labelText`.
   */
  readonly placeholderName: string
  /**
   * What takes the keys after the page focused the browser SDK's iframe, which is undocumented, and the SDK has no
   * function for it. `input`: the only input of the iframe. `none`: nothing, as in an iframe without a script for it.
   * Default `input`.
   */
  readonly frameFocus: 'input' | 'none'
  /**
   * Whether the browser SDK's `change` event has an error while the text is only incomplete. `error`, inferred:
   * "Your EBT card number is incomplete." and the like in forage-android-sdk ElementValidationErrors.kt, whose words for a
   * wrong number are those of docs.joinforage.app/reference/events. Default `error`.
   */
  readonly incompleteInput: 'error' | 'silent'
  /**
   * Whether the browser SDK emits `change` when an input is emptied, by `clear()` or after a PIN was sent. It is
   * undocumented: forage-android-sdk's fields do (ForagePinElement.kt), those of forage-ios-sdk do not
   * (ForagePANTextField.swift). Default `none`.
   */
  readonly clearEvent: 'none' | 'change'
  /**
   * The status of an expired order: "If an Order is not captured or canceled within 30 minutes, it expires". The status is
   * undocumented. Default `canceled`.
   */
  readonly expiredOrderStatus: 'canceled' | 'failed' | 'draft'
  /**
   * How long a refund is `processing`, in ms, in versions before 2024-01-08. The docs tell clients to poll, but not for
   * how long. Since that version, the answer has the receipt. Default 1000.
   */
  readonly refundProcessingMs: number
  /**
   * The time zone of the days of a report. `utc`: docs.joinforage.app/reference/get-transaction-report. `pacific`: "The
   * Forage server uses Pacific time" (docs.joinforage.app/reference/reports). Default `utc`.
   */
  readonly reportDays: 'utc' | 'pacific'
  /**
   * Whether Quidkey replaces a refresh token when it is used. `kept`: its guide says to keep the old one. `rotated`: an
   * example of its API reference has a new one, which makes the old one invalid (RFC 9700 §4.14.2). Default `kept`.
   */
  readonly quidkeyRefreshToken: 'kept' | 'rotated'
  /** Quidkey's `expires_in`, in seconds: 900 in its text, 3600 in some of its examples. Default 900. */
  readonly quidkeyExpiresInSeconds: 900 | 3600
  /** Whether Quidkey requires `grant_type`, as in the newer reference. Older examples omit it. Default `required`. */
  readonly quidkeyGrantType: 'required' | 'optional'
}
