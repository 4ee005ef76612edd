/** The addresses of the playground's world. No request leaves the page. */
export const shopOrigin = 'https://shop.example'
export const apiOrigin = 'https://api.forage.example'
export const vaultOrigin = 'https://vault.forage.example'

export const tokenPath = '/api/forage/session-token'
export const paymentPath = '/api/payment'

export const environment = { apiUrl: apiOrigin, vaultUrl: vaultOrigin }

/** The stored test card of the demo's customer. */
export const cardRef = '1f148fe399'
export const cardUrl = `${apiOrigin}/api/payment_methods/${cardRef}/`
export const merchantAccount = 'mid/123ab45c67'
export const amount = '18.73'
