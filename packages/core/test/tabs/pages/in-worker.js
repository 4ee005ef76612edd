const worker = new Worker(`/worker.js${location.search}`)
worker.onmessage = ({ data }) => report('result', data)
worker.onerror = ({ message }) => report('result', { error: message })
