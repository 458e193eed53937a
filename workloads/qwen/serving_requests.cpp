// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/serving_requests.h"

#include <algorithm>

#include "workloads/qwen/random.h"
#include "workloads/random.h"

namespace hpct::qwen {
namespace {

constexpr std::uint64_t kLengthStream = 9;
constexpr std::uint64_t kTokenStream = 10;

std::int64_t shortest(std::int64_t mean) { return std::max<std::int64_t>(1, mean / 2); }
std::int64_t longest(std::int64_t mean) { return mean + mean / 2; }

std::int64_t between(std::int64_t low, std::int64_t high, std::uint64_t word) {
  return low + random_below(word, static_cast<std::uint32_t>(high - low + 1));
}

}  // namespace

std::vector<Request> make_requests(const RequestMix& mix, std::int64_t vocabulary) {
  std::vector<Request> all;
  const auto lengths = stream_key(mix.seed, kLengthStream);
  const auto tokens = stream_key(mix.seed, kTokenStream);
  std::int64_t now = 0;
  std::uint64_t drawn = 0;
  for (std::int64_t i = 0; i < mix.count; ++i) {
    const auto draw = [&](std::uint64_t k) {
      return random_word(lengths, 3 * static_cast<std::uint64_t>(i) + k);
    };
    if (i > 0) now += between(0, 2 * mix.gap, draw(0));
    Request request{
        .arrival = now, .prompt = {}, .answer = between(shortest(mix.answer), longest(mix.answer), draw(2))};
    const auto length = between(shortest(mix.prompt), longest(mix.prompt), draw(1));
    for (std::int64_t t = 0; t < length; ++t)
      request.prompt.push_back(
          static_cast<std::int64_t>(random_word(tokens, drawn++) % static_cast<std::uint64_t>(vocabulary)));
    all.push_back(std::move(request));
  }
  return all;
}

std::int64_t longest_request(const RequestMix& mix) { return longest(mix.prompt) + longest(mix.answer); }

}  // namespace hpct::qwen
