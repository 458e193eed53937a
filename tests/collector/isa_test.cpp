// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <hpct/isa.h>

namespace hpct {
namespace {

TEST(Isa, each_includes_itself_and_the_baseline) {
  for (const auto isa : {Isa::baseline, Isa::avx2, Isa::avx512, Isa::avx512_bf16, Isa::neon, Isa::avx512_fp16,
                         Isa::avx512_vnni, Isa::neon_dotprod}) {
    EXPECT_TRUE(includes(isa, isa)) << name_of(isa);
    EXPECT_TRUE(includes(isa, Isa::baseline)) << name_of(isa);
  }
}

TEST(Isa, a_later_one_includes_what_came_before_it) {
  EXPECT_TRUE(includes(Isa::avx512, Isa::avx2));
  EXPECT_TRUE(includes(Isa::avx512_vnni, Isa::avx512));
  EXPECT_TRUE(includes(Isa::neon_dotprod, Isa::neon));
}

TEST(Isa, an_earlier_one_includes_nothing_later_or_of_another_kind) {
  EXPECT_FALSE(includes(Isa::avx2, Isa::avx512));
  EXPECT_FALSE(includes(Isa::avx512, Isa::avx512_vnni));
  EXPECT_FALSE(includes(Isa::avx512_vnni, Isa::avx512_bf16));
  EXPECT_FALSE(includes(Isa::avx512, Isa::neon));
}

}  // namespace
}  // namespace hpct
