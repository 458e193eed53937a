// SPDX-License-Identifier: Apache-2.0
#include "analyzer/function_name.h"

#include <gtest/gtest.h>

namespace hpct {
namespace {

TEST(ShortFunctionName, drops_parameters) { EXPECT_EQ(short_function_name("ns::f(int, char)"), "ns::f"); }

TEST(ShortFunctionName, drops_template_arguments_and_the_return_type) {
  EXPECT_EQ(short_function_name("void ns::fill<int, 3ul>(std::vector<int, std::allocator<int> >&)"),
            "ns::fill");
}

TEST(ShortFunctionName, drops_const_and_what_the_compiler_appended) {
  EXPECT_EQ(short_function_name("A<int>::size() const [clone .cold]"), "A::size");
}

TEST(ShortFunctionName, keeps_operators) {
  EXPECT_EQ(short_function_name("bool operator< <int>(A<int> const&, A<int> const&)"), "operator<");
  EXPECT_EQ(short_function_name("f()::{lambda(int)#1}::operator()(int) const"), "f::{lambda#1}::operator()");
  EXPECT_EQ(short_function_name("operator new(unsigned long)"), "operator new");
  EXPECT_EQ(short_function_name("A::operator->() const"), "A::operator->");
}

TEST(ShortFunctionName, keeps_anonymous_namespaces_apart_from_parameters) {
  EXPECT_EQ(short_function_name("a::(anonymous namespace)::f(int)"), "a::{anonymous}::f");
}

TEST(ShortFunctionName, keeps_names_of_other_languages_and_places_without_a_symbol) {
  EXPECT_EQ(short_function_name("dgemm_"), "dgemm_");
  EXPECT_EQ(short_function_name("[app+0x12f0]"), "[app+0x12f0]");
  EXPECT_EQ(short_function_name("[plt of libc.so.6]"), "[plt of libc.so.6]");
}

}  // namespace
}  // namespace hpct
