/** The subjects of the facts. A fact's id begins with the number of its section. */
export const sections = {
  '1': 'origins and paths',
  '1.1': 'API versions',
  '1.2': 'headers and CORS',
  '2.1': 'authentication tokens',
  '2.2': 'revocation',
  '2.3': 'bulk revocation',
  '3.1': 'minting session tokens',
  '3.2': 'life of session tokens',
  '3.3': 'format of session tokens',
  '4.1': 'accepted tokens',
  '4.2': 'error envelopes',
  '4.3': 'rejected tokens',
  '4.4': 'other errors',
  '5.1': 'payment methods',
  '5.2': 'payments',
  '5.3': 'refunds',
  '5.4': 'sessions',
  '5.5': 'orders',
  '5.6': 'idempotency',
  '5.7': 'request limits',
  '6': 'test cards',
  '8': 'Quidkey',
} as const

export type Section = keyof typeof sections
