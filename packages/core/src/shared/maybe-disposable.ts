/** `Symbol.dispose`, where the user's `lib` has `esnext.disposable`; these types compile without it, too. */
type DisposeKey = SymbolConstructor extends { readonly dispose: infer Key extends symbol } ? Key : never

/** `close()` at the end of `using session = …`, in engines that have `Symbol.dispose` (WebKit has not). */
export type MaybeDisposable = { readonly [Key in DisposeKey]: () => void }

export function disposable<T extends object>(value: T, dispose: () => void): T & MaybeDisposable {
  const { dispose: key } = Symbol as { dispose?: symbol }
  if (key) Object.defineProperty(value, key, { value: dispose })
  return value as T & MaybeDisposable
}
