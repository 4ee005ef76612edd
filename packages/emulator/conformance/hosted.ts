import type { Answer, Api } from './api.ts'

const redirects = {
  success_redirect_url: 'https://shop.example/yes',
  cancel_redirect_url: 'https://shop.example/no',
}
const delivery_address = {
  city: 'San Francisco',
  country: 'US',
  line1: '1856 Market St.',
  line2: '',
  state: 'CA',
  zipcode: '94102',
}
const product_list = [
  { name: 'Apples', upc: '4015', unit_price: '25.99', quantity: 1, tax_rate: 0, eligibility: 'snap' },
  { name: 'Hot soup', upc: '860', unit_price: '20.00', quantity: 1, tax_rate: 0, eligibility: 'ebt_cash' },
  { name: 'Soap', upc: '861', unit_price: '5.99', quantity: 1, tax_rate: 0, eligibility: 'non_ebt' },
]
const common = { ...redirects, delivery_address, is_delivery: true }

async function open(api: Api, path: string, scope: string, version: string, body: object): Promise<Answer> {
  const headers = { 'Idempotency-Key': api.unique(), 'API-Version': version }
  return await api.send('POST', path, { token: await api.authenticationToken(scope), body, headers })
}

/** Opens a Fully Hosted session with three products. */
export async function hostedSession(api: Api, version = '2023-05-15'): Promise<Answer> {
  const totals = { snap_total: '25.99', ebt_cash_total: '20.00', remaining_total: '5.99' }
  return await open(api, '/api/sessions/', 'hosted_checkout', version, { ...common, ...totals, product_list })
}

/** Opens a Custom session. */
export async function captureSession(
  api: Api,
  version = '2023-05-15',
  fields: Readonly<Record<string, unknown>> = { snap_total: '25.99', ebt_cash_total: '20.00' },
): Promise<Answer> {
  return await open(api, '/api/capture_sessions/', 'pinpad_only', version, { ...common, ...fields })
}
