import { forage, setting } from '../../../forage'

let handler: ((request: Request) => Promise<Response>) | undefined

export function POST(request: Request): Promise<Response> {
  handler ??= forage().sessionTokenHandler({
    authorize: (_request, { checkoutId }) =>
      checkoutId === 'cart-1'
        ? { subject: 'customer-1', checkoutId, merchantAccount: setting('FORAGE_MERCHANT_ACCOUNT') }
        : null,
  })
  return handler(request)
}
