// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace hpct {

/// A program or library file, opened while it was there: a program may be deleted while it runs.
class OpenFile {
 public:
  explicit OpenFile(int descriptor) : descriptor_(descriptor) {}
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

/// Where code comes from.
struct CodeModule {
  std::string path;                      ///< "[kernel]", "[vdso]", "[anon]" for what is no file
  std::shared_ptr<const OpenFile> file;  ///< null when it could not be opened
};

/// A place in code, independent of where it was mapped: a module's number and an offset in its file (for the
/// kernel and for code without a file the low 48 bits of the address). Callers lie within their call.
struct CodePlace {
  std::uint32_t module = 0;
  std::uint64_t offset = 0;

  static constexpr int kOffsetBits = 48;
  [[nodiscard]] std::uint64_t packed() const {
    return std::uint64_t{module} << kOffsetBits | (offset & ((std::uint64_t{1} << kOffsetBits) - 1));
  }
  static CodePlace unpacked(std::uint64_t packed) {
    return {static_cast<std::uint32_t>(packed >> kOffsetBits),
            packed & ((std::uint64_t{1} << kOffsetBits) - 1)};
  }
};

/// Samples summed by call stack. Memory is bounded: beyond a number of different stacks only the innermost
/// place of a new one is kept.
class StackProfile {
 public:
  /// The number of the thread name, and of the module, at their first mention a new one.
  std::uint32_t thread(const std::string& name);
  std::uint32_t module(const CodeModule& module);

  /// One more sample; `places` are packed, innermost first.
  void add(std::uint32_t thread, const std::vector<std::uint64_t>& places, std::int64_t samples = 1);
  void merge(const StackProfile& other);
  /// The stacks so far, which are forgotten here; threads and modules keep their numbers.
  StackProfile take();

  /// Calls visit(thread name, places innermost first, samples) per stack.
  template <class Visit>
  void each(Visit visit) const {
    for (const auto& [key, samples] : stacks_)
      visit(threads_[key.front()], std::vector<std::uint64_t>(key.begin() + 1, key.end()), samples);
  }
  [[nodiscard]] const std::vector<CodeModule>& modules() const { return modules_; }
  [[nodiscard]] bool empty() const { return stacks_.empty(); }

 private:
  using Key = std::vector<std::uint64_t>;  // thread, then places
  struct Hash {
    std::size_t operator()(const Key& key) const;
  };
  std::vector<std::string> threads_;
  std::unordered_map<std::string, std::uint32_t> thread_numbers_;
  std::vector<CodeModule> modules_;
  std::unordered_map<std::string, std::uint32_t> module_numbers_;
  std::unordered_map<Key, std::int64_t, Hash> stacks_;
};

}  // namespace hpct
