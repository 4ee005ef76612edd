import type { ReactNode } from 'react'

/*
 * The drawings have flat shapes on a grid of 48 by 48, light from the upper left: a base color, one darker shade for the
 * shadow and one lighter for the shine. They were drawn for this shop.
 */

export const bananas: ReactNode = (
  <>
    <path fill="#d9a521" d="M30 9c5 10 3 23-8 29-5 2.600-11 2-14-1 12 1 19-9 18-26z" />
    <path fill="#f7cf45" d="M26 10c1 13-4 23-16 26-3 .7-4-2-2-3.500 8-5 12-12 13-22z" />
    <path fill="#fbe28a" d="M21 12c-1 9-5 15-11 19.500 7-2.500 12-9 12.800-19z" />
    <path fill="#6d5326" d="M20.500 7.500c3-1 6.500-1 9.500.2l.3 3.100c-3-1-6.500-1-9.500.2z" />
    <path fill="#6d5326" d="M6.600 34.300c-1.400 1.200-1 3 .9 3.200l2-.3-.6-3z" />
  </>
)

export const spinach: ReactNode = (
  <>
    <path fill="#2f6f3c" d="M32 40c-12-4-13-18-3-28 11 7 14 20 3 28z" />
    <path fill="#3f8a4a" d="M15 40C5 34 5 20 16 12c10 9 10 23-1 28z" />
    <path fill="#57a65d" d="M24 42C13 35 12 19 24 7c12 12 11 28 0 35z" />
    <path fill="#7cc07c" d="M24 42C13 35 12 19 24 7z" />
    <path
      fill="none"
      stroke="#e2f2d9"
      strokeLinecap="round"
      strokeWidth="1.500"
      d="M24 14v28m0-17 5-4.500M24 25l-5-4.500M24 33l5.500-4.500M24 33l-5.500-4.500"
    />
  </>
)

export const eggs: ReactNode = (
  <>
    <ellipse cx="13" cy="22" rx="5.800" ry="8" fill="#c98d5c" />
    <ellipse cx="24" cy="21" rx="5.800" ry="8" fill="#d9a273" />
    <ellipse cx="35" cy="22" rx="5.800" ry="8" fill="#c98d5c" />
    <ellipse cx="11.500" cy="19" rx="2" ry="3" fill="#e9c09b" />
    <ellipse cx="22.300" cy="17.500" rx="2" ry="3" fill="#f0cda9" />
    <ellipse cx="33.500" cy="19" rx="2" ry="3" fill="#e9c09b" />
    <path fill="#8d9a93" d="M5 24h38l-3.200 13a3 3 0 0 1-2.900 2.300H11.100A3 3 0 0 1 8.200 37z" />
    <path
      fill="#a6b2ab"
      d="M5 24h38l-.9 3.700c-2.300 4-9 4-11.600.3-3 4.500-10 4.500-13 0-2.600 3.700-9.300 3.700-11.600-.3z"
    />
    <path fill="#75817b" d="M9 34.500h30l-.6 2.500a3 3 0 0 1-1.500 2H11.100a3 3 0 0 1-1.500-2z" />
  </>
)

export const milk: ReactNode = (
  <>
    <path fill="#bcd3e6" d="M20 8h9c0 4 7 6 7 13v17a4 4 0 0 1-4 4H16a4 4 0 0 1-4-4V22c0-7 8-9 8-14z" />
    <path fill="#e6f0f8" d="M20 8h5c0 5-3 7-3 13v21h-6a4 4 0 0 1-4-4V22c0-7 8-9 8-14z" />
    <path
      fill="none"
      stroke="#8fb0cb"
      strokeLinecap="round"
      strokeWidth="2.600"
      d="M31 17.500c2.500 2.500 2 8-1 9.500"
    />
    <rect x="18.500" y="5" width="11.500" height="5" rx="1.500" fill="#2f6fb0" />
    <rect x="18.500" y="5" width="5" height="5" rx="1.500" fill="#4c8ccb" />
    <path fill="#2f6fb0" d="M12 29h24v8H12z" />
    <path fill="#4c8ccb" d="M12 29h10v8H12z" />
    <path
      fill="#ffffff"
      d="M24 30.300c1.700 2 2.300 2.700 2.300 3.800a2.300 2.300 0 0 1-4.600 0c0-1.100.6-1.800 2.300-3.800z"
    />
  </>
)

export const rice: ReactNode = (
  <>
    <path fill="#a9793f" d="M12 10h24l2 28a4 4 0 0 1-4 4H14a4 4 0 0 1-4-4z" />
    <path fill="#c4955a" d="M12 10h11l-1 32h-8a4 4 0 0 1-4-4z" />
    <path fill="#86602f" d="M11 6.500h26V12H11z" />
    <path fill="#9c733c" d="M11 6.500h12V12H11z" />
    <rect x="14.500" y="18" width="19" height="16" rx="8" fill="#f6ecd8" />
    <g fill="#b58449">
      <ellipse cx="21" cy="23.500" rx="1.400" ry="2.800" transform="rotate(28 21 23.500)" />
      <ellipse cx="27" cy="23.500" rx="1.400" ry="2.800" transform="rotate(-24 27 23.500)" />
      <ellipse cx="24" cy="28.500" rx="1.400" ry="2.800" transform="rotate(75 24 28.500)" />
      <ellipse cx="19.500" cy="28.800" rx="1.400" ry="2.800" transform="rotate(-40 19.500 28.800)" />
      <ellipse cx="28.600" cy="29" rx="1.400" ry="2.800" transform="rotate(35 28.600 29)" />
    </g>
  </>
)

export const beans: ReactNode = (
  <>
    <path fill="#a3aeb3" d="M11 12h26v26c0 2.800-5.800 5-13 5s-13-2.200-13-5z" />
    <path fill="#c5cdd1" d="M11 12h10v30.800C15.200 42.200 11 40.300 11 38z" />
    <path
      fill="#4d3457"
      d="M11 16c0 2.800 5.800 5 13 5s13-2.200 13-5v18c0 2.800-5.800 5-13 5s-13-2.200-13-5z"
    />
    <path fill="#6a4b76" d="M11 16c0 2.300 4.200 4.200 10 4.800v18C15.200 38.200 11 36.300 11 34z" />
    <ellipse cx="24" cy="11" rx="13" ry="4.600" fill="#dde3e6" />
    <ellipse cx="24" cy="11" rx="9.500" ry="2.900" fill="#aeb8bd" />
    <g fill="#1f1524" stroke="#d9c7e0" strokeWidth=".8">
      <ellipse cx="22" cy="28" rx="3.600" ry="2.400" transform="rotate(-28 22 28)" />
      <ellipse cx="29" cy="27" rx="3.600" ry="2.400" transform="rotate(30 29 27)" />
      <ellipse cx="26" cy="32.500" rx="3.600" ry="2.400" />
    </g>
  </>
)

export const seltzer: ReactNode = (
  <>
    <path fill="#2b7f9b" d="M24 14.500h15V37l-2 4.500H26L24 37z" />
    <path fill="#4aa3bf" d="M24 14.500h6v27h-4L24 37z" />
    <path fill="#b9c7cd" d="M26 10h11l2 4.500H24zM24 37h15l-2 4.500H26z" />
    <path fill="#3391b0" d="M9 12h16v25l-2 5H11l-2-5z" />
    <path fill="#5fb7d2" d="M9 12h6.500v30H11l-2-5z" />
    <path fill="#d4dde1" d="M11 7h12l2 5H9zM9 37h16l-2 5H11z" />
    <g fill="#e5f6fb">
      <circle cx="17" cy="29" r="2.600" />
      <circle cx="20.500" cy="22.500" r="1.700" />
      <circle cx="15" cy="20" r="1.300" />
      <circle cx="32" cy="28" r="2" />
      <circle cx="34" cy="22" r="1.300" />
    </g>
  </>
)

export const chicken: ReactNode = (
  <>
    <ellipse cx="24" cy="37.500" rx="19" ry="4.500" fill="#b6c1bb" />
    <ellipse cx="24" cy="36.300" rx="19" ry="4.200" fill="#d8dfda" />
    <path
      fill="#a65a22"
      d="M8 32c-1-10 7-18 17-18 9 0 15 7 15 14 0 6-6 8.500-15 8.500-9.500 0-16.300-.7-17-4.500z"
    />
    <path
      fill="#c9782f"
      d="M8 32c-1-10 7-18 17-18 4 0 7.400 1.300 10 3.400C27 16 17 20 15.500 34.900 11 34.400 8.300 33.700 8 32z"
    />
    <path
      fill="#e0a055"
      d="M13 26c1-5 5-8.500 9.500-9.300-3.500 2.300-6 5.700-6.700 10.300-.3 1.800-3.100 1-2.800-1z"
    />
    <path
      fill="#8f4a19"
      d="M25 31c1-6 7-9 11-6l4-3.600c1-.8 2 .1 1.600 1.100 1.200-.1 1.600 1.300.6 2L38.400 28c1 5-3.400 8.500-8.400 7.500-3.300-.6-5.300-2.200-5-4.500z"
    />
    <path
      fill="#b8692a"
      d="M27 30.500c1-4 5-6 8-4.500-3.500.3-5.800 2.300-6.500 5.500-.3 1.300-1.800.5-1.500-1z"
    />
    <path
      fill="none"
      stroke="#b9c4be"
      strokeLinecap="round"
      strokeWidth="1.600"
      d="M17 5c-2 2 2 3 0 5.500M24 4c-2 2 2 3 0 5.500M31 5c-2 2 2 3 0 5.500"
    />
  </>
)
