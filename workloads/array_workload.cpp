// SPDX-License-Identifier: Apache-2.0
#include "workloads/array_workload.h"

#include <fmt/format.h>
#include <hpct/region.h>

#include <algorithm>
#include <bit>
#include <numeric>

#include "collector/memory_room.h"
#include "collector/word_buffer.h"
#include "workloads/thread_team.h"

namespace hpct {
namespace {

/// Slices begin at multiples of this many elements, a cache line: threads share none, and stores that go
/// past the caches need the alignment.
constexpr std::int64_t kGranule = 16;

/// Elements between two looks for Ctrl-C: a millisecond of the fastest kernel, some tenths of a second of the
/// slowest.
constexpr std::int64_t kPiece = std::int64_t{1} << 22;

const ArrayKernels* find_kernels(Isa isa) {
  for (const auto* kernels : all_array_kernels())
    if (kernels->isa == name_of(isa)) return kernels;
  return nullptr;
}

ArrayKernel find_kernel(const ArrayMethod& method) {
  const auto* const kernels = find_kernels(method.isa);
  return kernels == nullptr ? nullptr : kernels->*method.kernel;
}

/// An array of 4-byte elements in pages of its own.
class FourByteArray {
 public:
  bool allocate(std::int64_t count) {
    buffer_ = WordBuffer::of_bytes((count + 1) / 2 * 8);
    return !buffer_.empty();
  }
  template <class T>
  [[nodiscard]] T* as() const {
    static_assert(sizeof(T) == 4);
    return buffer_.empty() ? nullptr : reinterpret_cast<T*>(buffer_.words().data());
  }

 private:
  WordBuffer buffer_;
};

struct alignas(64) Member {
  LaneUse use{0, 0};
  std::int64_t first_wrong = -1;
};

class ArrayWorkload final : public Workload {
 public:
  ArrayWorkload(ArrayProblem problem, int threads) : problem_(std::move(problem)), threads_(threads) {}

  Expected<void> prepare(Progress& progress) override;
  Expected<void> run(const Variant& variant) override;
  Expected<Check> verify(const Variant& variant) override;
  [[nodiscard]] DeclaredWork work(const Variant& variant) const override;

 private:
  [[nodiscard]] ArraySlice slice(std::int64_t first, std::int64_t count) const;
  /// Calls work(slice, first) for one member's elements, piece by piece; not for the rest after an interrupt.
  template <class Function>
  void for_each_piece(int member, int members, Function work) const;
  Expected<void> allocate();
  void fill(const ArraySlice& part, std::int64_t first);
  void check_part(Member& member, const ArraySlice& part, std::int64_t first) const;
  [[nodiscard]] std::int64_t bound(int member, int members) const;

  ArrayProblem problem_;
  int threads_;
  std::unique_ptr<ThreadTeam> team_;
  std::vector<Member> members_;
  FourByteArray x_, y_, exponents_, out_;
  LaneUse use_{0, 0};  ///< of the last run
};

std::int64_t ArrayWorkload::bound(int member, int members) const {
  const auto granules = (problem_.count + kGranule - 1) / kGranule;
  return std::min(problem_.count, granules * member / members * kGranule);
}

ArraySlice ArrayWorkload::slice(std::int64_t first, std::int64_t count) const {
  const auto from = [first]<class T>(T* array) { return array == nullptr ? nullptr : array + first; };
  return {.x = from(x_.as<float>()),
          .y = from(y_.as<float>()),
          .exponents = from(exponents_.as<std::int32_t>()),
          .scale = problem_.scale,
          .out = from(out_.as<float>()),
          .count = count};
}

template <class Function>
void ArrayWorkload::for_each_piece(int member, int members, Function work) const {
  const auto end = bound(member + 1, members);
  for (auto first = bound(member, members); first < end && !interrupt_requested(); first += kPiece)
    work(slice(first, std::min(kPiece, end - first)), first);
}

Expected<void> ArrayWorkload::allocate() {
  const int arrays = 2 + (problem_.uses_y ? 1 : 0) + (problem_.uses_exponents ? 1 : 0);
  const auto needed = 4 * arrays * problem_.count;
  const auto memory = memory_room();
  const bool room = !memory || static_cast<std::uint64_t>(needed) <= memory->available;
  if (room && x_.allocate(problem_.count) && out_.allocate(problem_.count) &&
      (!problem_.uses_y || y_.allocate(problem_.count)) &&
      (!problem_.uses_exponents || exponents_.allocate(problem_.count)))
    return {};
  return fail(ErrorCode::not_supported,
              fmt::format("{} elements need {} MiB, more than is free", problem_.count, needed >> 20),
              "set a smaller size");
}

/// The input arrays hold nothing yet, so they are written through the pointers that kernels only read.
void ArrayWorkload::fill(const ArraySlice& part, std::int64_t first) {
  auto* const x = x_.as<float>() + first;
  auto* const y = problem_.uses_y ? y_.as<float>() + first : nullptr;
  auto* const exponents = problem_.uses_exponents ? exponents_.as<std::int32_t>() + first : nullptr;
  for (std::int64_t i = 0; i < part.count; ++i) {
    const auto element = problem_.input(first + i);
    x[i] = element.x;
    if (y != nullptr) y[i] = element.y;
    if (exponents != nullptr) exponents[i] = element.exponent;
    part.out[i] = -1;
  }
}

Expected<void> ArrayWorkload::prepare(Progress& progress) {
  if (auto allocated = allocate(); !allocated) return allocated;
  auto team = make_thread_team(threads_);
  if (!team) return tl::unexpected(team.error());
  team_ = std::move(*team);
  members_.resize(static_cast<std::size_t>(threads_));
  progress.update("filling the arrays", 0, 1);
  team_->run([this](int member) {
    for_each_piece(member, threads_,
                   [this](const ArraySlice& part, std::int64_t first) { fill(part, first); });
  });
  if (interrupt_requested()) return fail(ErrorCode::interrupted, "interrupted while filling the arrays");
  progress.update("filling the arrays", 1, 1);
  return {};
}

Expected<void> ArrayWorkload::run(const Variant& variant) {
  const auto method = std::find_if(problem_.methods.begin(), problem_.methods.end(),
                                   [&](const ArrayMethod& known) { return known.name == variant.name; });
  const auto kernel = method == problem_.methods.end() ? nullptr : find_kernel(*method);
  if (kernel == nullptr)
    return fail(ErrorCode::usage, fmt::format("there is no variant \"{}\"", variant.name));
  const int members = method->parallel ? threads_ : 1;
  const auto part = [&](int member) {
    HPCT_REGION_AS(region, "kernel");
    region.work(static_cast<std::uint64_t>(bound(member + 1, members) - bound(member, members)));
    LaneUse sum{0, 0};
    for_each_piece(member, members, [&](const ArraySlice& piece, std::int64_t) {
      const auto use = kernel(piece);
      sum = {sum.useful + use.useful, sum.issued + use.issued};
    });
    members_[static_cast<std::size_t>(member)].use = sum;
  };
  for (auto& member : members_) member.use = {0, 0};
  members == 1 ? part(0) : team_->run(part);
  if (interrupt_requested()) return fail(ErrorCode::interrupted, "interrupted in a repetition");
  use_ =
      std::accumulate(members_.begin(), members_.end(), LaneUse{0, 0}, [](LaneUse sum, const Member& member) {
        return LaneUse{sum.useful + member.use.useful, sum.issued + member.use.issued};
      });
  return {};
}

/// Every element, bit for bit; forgets the result, so that the next run must write it again.
void ArrayWorkload::check_part(Member& member, const ArraySlice& part, std::int64_t first) const {
  for (std::int64_t i = 0; i < part.count; ++i) {
    const ArrayElement element{.x = part.x[i],
                               .y = part.y == nullptr ? 0 : part.y[i],
                               .exponent = part.exponents == nullptr ? 0 : part.exponents[i]};
    const bool same =
        std::bit_cast<std::uint32_t>(problem_.expected(element)) == std::bit_cast<std::uint32_t>(part.out[i]);
    if (!same && member.first_wrong < 0) member.first_wrong = first + i;
    part.out[i] = -1;
  }
}

Expected<Check> ArrayWorkload::verify(const Variant&) {
  team_->run([this](int member) {
    auto& own = members_[static_cast<std::size_t>(member)];
    own.first_wrong = -1;
    for_each_piece(member, threads_,
                   [&](const ArraySlice& part, std::int64_t first) { check_part(own, part, first); });
  });
  Check check{.ok = true, .reference = problem_.reference, .message = {}};
  for (const auto& member : members_) {
    if (member.first_wrong < 0) continue;
    check.ok = false;
    check.message = fmt::format("element {} is not that of the definition", member.first_wrong);
    break;
  }
  return check;
}

DeclaredWork ArrayWorkload::work(const Variant&) const {
  const auto all = problem_.work(static_cast<double>(problem_.count), static_cast<double>(use_.useful));
  DeclaredWork work{.total = all, .regions = {{"kernel", all}}, .facts = {}};
  if (use_.issued > 0)
    work.facts["vector.utilisation"] =
        Value::of(static_cast<double>(use_.useful) / static_cast<double>(use_.issued), "%",
                  Provenance::counted, "useful lane steps / lane steps of the vectors issued");
  return work;
}

}  // namespace

std::vector<Variant> array_variants(std::span<const ArrayMethod> methods) {
  std::vector<Variant> variants;
  for (const auto& method : methods)
    if (find_kernel(method) != nullptr)
      variants.push_back({method.name, method.summary, method.isa, method.parallel});
  return variants;
}

Expected<std::unique_ptr<Workload>> make_array_workload(ArrayProblem problem, const Settings& settings) {
  return std::make_unique<ArrayWorkload>(std::move(problem), settings.threads);
}

void shrink_arrays(Settings& settings) {
  settings.parameters["size"] = std::min(settings.integer("size"), std::int64_t{100'000});
}

Parameter array_size(std::int64_t default_value) { return {"size", default_value, "elements", 1, 4e9, {}}; }

float random_between(std::uint64_t bits, float low, float high) {
  return low + (high - low) * (static_cast<float>(bits >> 40) * 0x1p-24F);
}

}  // namespace hpct
