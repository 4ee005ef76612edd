takeSteps(checkout).then(
  (value) => report('result', { value: { ...value, origin: self.origin } }),
  (error) => report('result', { error: String(error) }),
)
