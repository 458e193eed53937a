// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace hpct {

/// What kind of failure it is; the command line turns it into an exit code.
enum class ErrorCode {
  usage,           ///< the user asked for something that does not exist or makes no sense
  bad_file,        ///< a file is damaged or is not what it claims to be
  io,              ///< the system refused: missing file, no space, no permission
  not_supported,   ///< this machine or build cannot do it
  failed,          ///< the measured program failed
  wrong_result,    ///< the measured program ran and its result is wrong
  not_comparable,  ///< two runs that must not be compared
  interrupted,     ///< the user stopped it
};

/// One failure in two lines: what happened, and what to do about it.
/// Both are plain sentences without a final newline; `hint` may be empty.
struct Error {
  ErrorCode code = ErrorCode::failed;
  std::string message;
  std::string hint;
};

/// The result of everything that can fail at a border (file, counter, argument).
/// Libraries return it; only the programs print and exit.
template <class T = void>
using Expected = tl::expected<T, Error>;

/// `return fail(ErrorCode::io, "cannot open x", "check the path");`
[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string message, std::string hint = {}) {
  return tl::unexpected<Error>(Error{code, std::move(message), std::move(hint)});
}

}  // namespace hpct
