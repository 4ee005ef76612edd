import * as v from 'valibot'

import { apiEndpoint } from '../api/api-endpoint.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { stateCards } from './state-bins.ts'

/** Names are inferred: the page describes the three members, and shows no answer. */
const stateCardSchema = v.object({
  state: v.pipe(v.string(), v.regex(/^[A-Z]{2}$/)),
  bin: v.pipe(v.string(), v.regex(/^\d{6}$/)),
  pan_lengths: v.array(v.number()),
})

/** Creates the endpoint of the static list "for client-side validation". Its path is in no public copy of the page. */
export function stateCardsEndpoint(path: string): Endpoint {
  return apiEndpoint({
    method: 'GET',
    path,
    summary: 'Lists the states with the first digits and the lengths of their EBT cards.',
    source: 'docs.joinforage.app/reference/retrieve-state-card-details',
    tokens: 'either',
    merchant: 'optional',
    replies: { 200: { description: 'The states.', schema: v.array(stateCardSchema) } },
    handle: () => ({
      status: 200,
      body: stateCards.map(({ state, bin, lengths }) => ({ state, bin, pan_lengths: [...lengths] })),
    }),
  })
}
