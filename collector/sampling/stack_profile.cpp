// SPDX-License-Identifier: Apache-2.0
#include "collector/sampling/stack_profile.h"

#include <unistd.h>

#include <utility>

namespace hpct {
namespace {

constexpr std::size_t kMostStacks = 100'000;  // some 20 MB
constexpr std::size_t kMostThreadNames = 1000;
constexpr std::size_t kMostModules = 60'000;  // of the 65536 that a packed place can name

}  // namespace

OpenFile::~OpenFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

/// FNV-1a over whole words: http://www.isthe.com/chongo/tech/comp/fnv/
std::size_t StackProfile::Hash::operator()(const Key& key) const {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const auto word : key) hash = (hash ^ word ^ word >> 32) * 0x100000001b3U;
  return hash;
}

std::uint32_t StackProfile::thread(const std::string& name) {
  const bool full = threads_.size() >= kMostThreadNames && !thread_numbers_.contains(name);
  const auto& kept = full ? std::string("[other]") : name;
  const auto [at, added] = thread_numbers_.try_emplace(kept, static_cast<std::uint32_t>(threads_.size()));
  if (added) threads_.push_back(kept);
  return at->second;
}

std::uint32_t StackProfile::module(const CodeModule& module) {
  const bool full = modules_.size() >= kMostModules && !module_numbers_.contains(module.path);
  const auto& kept = full ? CodeModule{"[other]", nullptr} : module;
  const auto [at, added] =
      module_numbers_.try_emplace(kept.path, static_cast<std::uint32_t>(modules_.size()));
  if (added) modules_.push_back(kept);
  return at->second;
}

void StackProfile::add(std::uint32_t thread, const std::vector<std::uint64_t>& places, std::int64_t samples) {
  Key key;
  key.reserve(places.size() + 1);
  key.push_back(thread);
  key.insert(key.end(), places.begin(), places.end());
  if (stacks_.size() >= kMostStacks && key.size() > 2 && !stacks_.contains(key)) key.resize(2);
  stacks_[key] += samples;
}

void StackProfile::merge(const StackProfile& other) {
  std::vector<std::uint32_t> numbers;
  for (const auto& known : other.modules_) numbers.push_back(module(known));
  other.each([&](const std::string& name, std::vector<std::uint64_t> places, std::int64_t samples) {
    for (auto& packed : places) {
      const auto place = CodePlace::unpacked(packed);
      packed = CodePlace{numbers[place.module], place.offset}.packed();
    }
    add(thread(name), places, samples);
  });
}

StackProfile StackProfile::take() {
  auto stacks = std::exchange(stacks_, {});
  auto taken = *this;
  taken.stacks_ = std::move(stacks);
  return taken;
}

}  // namespace hpct
