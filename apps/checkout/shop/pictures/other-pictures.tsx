import type { ReactNode } from 'react'

export const soap: ReactNode = (
  <>
    <path
      fill="#1f8574"
      d="M17 17h14c3.500 2 5 5 5 9v12a4 4 0 0 1-4 4H16a4 4 0 0 1-4-4V26c0-4 1.500-7 5-9z"
    />
    <path fill="#3aa894" d="M17 17h6v25h-7a4 4 0 0 1-4-4V26c0-4 1.500-7 5-9z" />
    <path fill="#e8eeeb" d="M18 12h12v5H18z" />
    <path fill="#c4cfca" d="M24 12h6v5h-6z" />
    <path fill="#e8eeeb" d="M21.500 5.500h8a1.500 1.500 0 0 1 0 3H27V12h-5.500z" />
    <rect x="12" y="26" width="24" height="11" fill="#f4faf7" />
    <path
      fill="#3aa894"
      d="M24 27.300c2.300 2.700 3.300 3.800 3.300 5.200a3.300 3.300 0 0 1-6.600 0c0-1.400 1-2.500 3.300-5.200z"
    />
    <circle cx="38" cy="12" r="2.400" fill="none" stroke="#6fc3b4" strokeWidth="1.300" />
    <circle cx="34.500" cy="8" r="1.300" fill="none" stroke="#6fc3b4" strokeWidth="1.100" />
  </>
)

export const giftCard: ReactNode = (
  <>
    <rect x="5" y="15" width="38" height="25" rx="3.500" fill="#8c2f5b" />
    <path
      fill="#a84473"
      d="M8.500 15H30L12 40H8.500A3.500 3.500 0 0 1 5 36.500v-18A3.500 3.500 0 0 1 8.500 15z"
    />
    <path fill="#f2c66d" d="M21.500 15h5v25h-5z" />
    <path fill="#f2c66d" d="M5 25h38v4.500H5z" />
    <path fill="#e0ab43" d="M24 15c-6 1-12-1-11-5s8-3 11 5z" />
    <path fill="#f2c66d" d="M24 15c6 1 12-1 11-5s-8-3-11 5z" />
    <circle cx="24" cy="14.500" r="2.600" fill="#c98f2b" />
  </>
)

export const delivery: ReactNode = (
  <>
    <rect x="4" y="13" width="24" height="21" rx="2.500" fill="#1d6546" />
    <path
      fill="#2d855f"
      d="M6.500 13H22L8 34H6.500A2.500 2.500 0 0 1 4 31.500v-16A2.500 2.500 0 0 1 6.500 13z"
    />
    <path fill="#8aa79a" d="M28 19h8.500l7.500 8v7H28z" />
    <path fill="#dcebe3" d="M31 22h4.300l4.700 5h-9z" />
    <circle cx="13" cy="35" r="4.600" fill="#2b332e" />
    <circle cx="13" cy="35" r="1.900" fill="#c7d1cb" />
    <circle cx="35" cy="35" r="4.600" fill="#2b332e" />
    <circle cx="35" cy="35" r="1.900" fill="#c7d1cb" />
  </>
)

/** An empty can that goes back to the store. */
export const deposit: ReactNode = (
  <>
    <path fill="#8f9ca2" d="M17 17h14v15l-2 4H19l-2-4z" />
    <path fill="#b4bfc4" d="M17 17h6v19h-4l-2-4z" />
    <path fill="#d4dde1" d="M19 13h10l2 4H17zM17 32h14l-2 4H19z" />
    <path
      fill="none"
      stroke="#57a65d"
      strokeLinecap="round"
      strokeWidth="2.600"
      d="M10 31a16 16 0 0 1 5-18.500M38 17a16 16 0 0 1-5 18.500"
    />
    <path fill="#57a65d" d="m11.500 10 7-.5-3.500 6zM36.500 38l-7 .5 3.500-6z" />
  </>
)
