/** Repeats an assertion until it holds. The timeout of the test ends it otherwise. */
export async function eventually(holds: () => Promise<void>): Promise<void> {
  for (;;) {
    const isMet = await holds().then(
      () => true,
      () => false,
    )
    if (isMet) return
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
  }
}
