// SPDX-License-Identifier: Apache-2.0
#include "analyzer/function_name.h"

#include <algorithm>
#include <array>

namespace hpct {
namespace {

/// The sign of an operator at the start of `rest`, longest first; empty when there is none.
std::string_view operator_sign(std::string_view rest) {
  constexpr std::array<std::string_view, 11> kSigns{"<<=", ">>=", "<=>", "->*", "()", "<<",
                                                    ">>",  "<=",  ">=",  "->",  "<"};
  for (const auto sign : kSigns)
    if (rest.starts_with(sign)) return sign;
  return rest.starts_with('>') ? rest.substr(0, 1) : std::string_view();
}

/// Where the bracket at `begin` is closed: one behind it. Arrows in types do not close anything.
std::size_t end_of_bracket(std::string_view name, std::size_t begin) {
  int depth = 0;
  for (auto at = begin; at < name.size(); ++at) {
    if (name[at] == '<' || name[at] == '(') ++depth;
    if ((name[at] == '>' && at > 0 && name[at - 1] != '-') || name[at] == ')') --depth;
    if (depth == 0) return at + 1;
  }
  return name.size();
}

/// What stands behind the last blank that is no part of "operator new".
std::string without_return_type(const std::string& name) {
  for (auto blank = name.rfind(' '); blank != std::string::npos && blank > 0;
       blank = name.rfind(' ', blank - 1))
    if (!std::string_view(name).substr(0, blank).ends_with("operator")) return name.substr(blank + 1);
  return name;
}

}  // namespace

std::string short_function_name(std::string_view name) {
  constexpr std::string_view kAnonymous = "(anonymous namespace)";
  constexpr std::string_view kOperator = "operator";
  if (name.starts_with('[')) return std::string(name);  // no symbol: "[app+0x12]"
  name = name.substr(0, name.find(" [clone"));
  std::string text;
  for (std::size_t at = 0; at < name.size();) {
    const auto rest = name.substr(at);
    if (rest.starts_with(kAnonymous)) {
      text += "{anonymous}";
      at += kAnonymous.size();
    } else if (rest.starts_with(kOperator)) {
      const auto sign = operator_sign(rest.substr(kOperator.size()));
      text += kOperator;
      text += sign;
      at += kOperator.size() + sign.size();
      if (!sign.empty() && name.substr(at).starts_with(" <")) ++at;  // the template arguments of operator<
    } else if (rest[0] == '<' || rest[0] == '(') {
      at = end_of_bracket(name, at);
      constexpr std::string_view kConst = " const";
      if (name.substr(at).starts_with(kConst)) at += kConst.size();
    } else {
      text += rest[0];
      ++at;
    }
  }
  const auto plain = without_return_type(text);
  return plain.empty() ? std::string(name) : plain;
}

}  // namespace hpct
