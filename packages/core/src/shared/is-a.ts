interface PlatformClasses {
  ArrayBuffer: ArrayBuffer
  Blob: Blob
  File: File
  FormData: FormData
  Request: Request
  URL: URL
  URLSearchParams: URLSearchParams
}

/**
 * Returns whether a value is an instance of a class of the platform. An object of another realm (an iframe) is
 * recognized by its tag, and one of React Native, which has no tags, by its class.
 */
export function isA<Name extends keyof PlatformClasses>(
  value: unknown,
  name: Name,
): value is PlatformClasses[Name] {
  if (Object.prototype.toString.call(value) === `[object ${name}]`) return true
  const own = (globalThis as Record<string, unknown>)[name]
  return typeof own === 'function' && value instanceof own
}
