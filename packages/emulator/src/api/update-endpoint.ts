import type * as v from 'valibot'

import type { Switches } from '../context/switches.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { apiEndpoint, type ApiEndpointDefinition, type MerchantRule } from './api-endpoint.ts'

type UpdateDefinition<Schema extends v.GenericSchema, Rule extends MerchantRule> = Omit<
  ApiEndpointDefinition<Schema, Rule>,
  'method'
>

/** Creates the endpoints that change an object: PATCH, and POST as well if the switch `postUpdates` accepts it. */
export function updateEndpoints<Schema extends v.GenericSchema, Rule extends MerchantRule>(
  { postUpdates }: Pick<Switches, 'postUpdates'>,
  definition: UpdateDefinition<Schema, Rule>,
): Endpoint[] {
  const methods = postUpdates === 'accept' ? (['PATCH', 'POST'] as const) : (['PATCH'] as const)
  return methods.map((method) => apiEndpoint({ ...definition, method }))
}
