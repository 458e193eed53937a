// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/random.h"

namespace hpct::qwen {

void fill_uniform(std::uint64_t key, float scale, std::int64_t first, std::int64_t count, Bf16* out) {
  std::int64_t i = 0;
  for (; i < count && ((first + i) & 3) != 0; ++i)
    out[i] = round_to_bf16(scale * random_uniform(key, first + i));
  const float step = scale * (1.0F / 32768.0F);
  for (; i + 4 <= count; i += 4) {  // one word holds four elements
    auto word = random_word(key, static_cast<std::uint64_t>(first + i) / 4);
    for (int part = 0; part < 4; ++part, word >>= 16)
      out[i + part] = round_to_bf16(step * (static_cast<float>(word & 0xFFFFU) - 32767.5F));
  }
  for (; i < count; ++i) out[i] = round_to_bf16(scale * random_uniform(key, first + i));
}

}  // namespace hpct::qwen
