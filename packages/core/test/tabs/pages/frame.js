// With `allow-scripts` alone the frame's origin is opaque.
const frame = document.createElement('iframe')
frame.sandbox = 'allow-scripts'
frame.src = `/framed.html${location.search}`
document.body.append(frame)
