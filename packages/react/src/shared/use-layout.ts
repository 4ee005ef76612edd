import { useEffect, useLayoutEffect } from 'react'

/** React 18 warns about `useLayoutEffect` in a server rendering, where no effect runs anyway. */
export const useLayout: typeof useLayoutEffect = typeof document === 'undefined' ? useEffect : useLayoutEffect
