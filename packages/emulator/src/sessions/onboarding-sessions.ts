import * as v from 'valibot'

import { apiEndpoint } from '../api/api-endpoint.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { redirectUrlSchema } from '../orders/order-body.ts'
import { refSchema } from '../shared/wire.ts'
import { newRef } from '../state/new-ref.ts'
import { onboardingSessionTable, type OnboardingSession } from './hosted-session.ts'

const newSession = v.object({
  success_redirect_url: v.optional(redirectUrlSchema, ''),
  cancel_redirect_url: v.optional(redirectUrlSchema, ''),
})

/** Only the path and its scope are public. Body and answer are inferred from the other sessions. */
export const onboardingSessionEndpoint: Endpoint = apiEndpoint({
  method: 'POST',
  path: '/api/accounts/merchants/onboarding_session/',
  summary: 'Opens the page that onboards a merchant of a platform.',
  source: 'docs.joinforage.app/reference/create-authentication-token',
  tokens: 'authentication',
  scope: 'accounts',
  merchant: 'optional',
  idempotencyKey: 'optional',
  body: { schema: newSession, resource: 'Merchants', optional: true },
  replies: {
    201: {
      description: 'The session.',
      schema: v.object({ ref: refSchema, redirect_url: v.string(), status: v.literal('draft') }),
    },
  },
  handle({ body, context, origin }) {
    const sessions = context.store.table(onboardingSessionTable)
    const ref = newRef(context.random, sessions)
    const session: OnboardingSession = {
      ref,
      redirectUrl: `${origin}/onboarding?session=${ref}`,
      successRedirectUrl: body.success_redirect_url,
      cancelRedirectUrl: body.cancel_redirect_url,
      status: 'draft',
    }
    sessions.set(ref, session)
    return { status: 201, body: { ref, redirect_url: session.redirectUrl, status: session.status } }
  },
})
