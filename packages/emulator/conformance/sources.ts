/** Returns the name of a page of Forage's documentation. */
export function docs(page: string): string {
  return `docs.joinforage.app/${page}`
}

export function android(file: string): string {
  return `forage-android-sdk ${file}`
}

export function ios(file: string): string {
  return `forage-ios-sdk ${file}`
}

/** The frameworks that the API evidently uses. */
export const upstream = {
  oauthlib: 'oauthlib (the OAuth server of the API, evidently)',
  django: 'Django REST framework (the framework of the API, evidently)',
  toolkit: 'django-oauth-toolkit (the OAuth server of the API, evidently)',
} as const

export const authenticationGuide: string = docs('docs/authentication')
/** The older guide to session tokens. */
export const sessionTokenGuide: string = docs('docs/session-tokens')
export const llmsText = 'docs.joinforage.app/llms.txt'
