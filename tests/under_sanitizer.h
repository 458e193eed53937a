// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace hpct {

// What this build has, for tests that a sanitizer takes the ground from: it has memory, threads and system
// calls of its own, and another end of the program. Such a test skips itself and says which of these it is.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kUnderAddressSanitizer = true;
#else
inline constexpr bool kUnderAddressSanitizer = false;
#endif
#if defined(__SANITIZE_THREAD__)
inline constexpr bool kUnderThreadSanitizer = true;
#else
inline constexpr bool kUnderThreadSanitizer = false;
#endif
inline constexpr bool kUnderSanitizer = kUnderAddressSanitizer || kUnderThreadSanitizer;

}  // namespace hpct
