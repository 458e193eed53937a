// SPDX-License-Identifier: Apache-2.0
// The attention of one token in every layer, for several sequences with caches of their own, so that caches
// do not fit into the CPU's. Positions are split over the threads, as in the decode step.
#include <fmt/format.h>
#include <hpct/region.h>

#include <cmath>
#include <limits>

#include "workloads/qwen/attention_parts.h"
#include "workloads/qwen/kernel_workload.h"
#include "workloads/qwen/kv_cache.h"
#include "workloads/qwen/kv_format.h"
#include "workloads/qwen/naive_kernels.h"
#include "workloads/qwen/parameters.h"
#include "workloads/qwen/random.h"
#include "workloads/qwen/share.h"

namespace hpct {
namespace {

using namespace qwen;

struct Options {
  Shape shape;
  std::int64_t context = 0;
  std::int64_t batch = 1;
  Format cache = Format::bf16;
  std::uint64_t seed = 1;
};

/// One layer of one sequence.
struct Place {
  const KvCache* cache;
  std::int64_t layer;
  std::int64_t first;  ///< of its queries and results
};

class AttentionProblem final : public KernelProblem {
 public:
  explicit AttentionProblem(Options options) : options_(std::move(options)) {}

  Expected<void> prepare(std::span<const Method> methods, ThreadTeam& team) override;
  void run(const Method& method, const Crew& crew) override;
  Check verify(const Method& method, ThreadTeam& team) override;
  [[nodiscard]] Work work(const Method& method) const override;

 private:
  [[nodiscard]] std::int64_t places() const { return options_.batch * options_.shape.layers; }
  [[nodiscard]] Place place(std::int64_t number) const;
  Expected<void> make_parts(int members);
  void attend(const Method& method, const Crew& crew, const Place& at, const AttentionParts& parts);
  [[nodiscard]] const float* widen(const std::byte* rows, PageArray<float>& to) const;
  void naive_layer(const Place& at, float* scores);
  void expect(std::int64_t number, std::int64_t head);

  Options options_;
  std::vector<KvCache> caches_;  ///< one per sequence
  PageArray<float> queries_;     ///< [sequence][layer][H][h]
  PageArray<float> out_;         ///< the same
  PageArray<float> keys_;        ///< of one head, for the naive variant
  PageArray<float> values_;
  PageArray<float> scores_;            ///< [members][H / K][positions]
  std::vector<AttentionParts> parts_;  ///< two: one layer's are joined while the next one's are made
  std::vector<AttentionParts> solo_;   ///< the same for one member
  std::vector<double> wanted_;         ///< computed when first asked for
};

Place AttentionProblem::place(std::int64_t number) const {
  const auto layers = options_.shape.layers;
  return {&caches_[static_cast<std::size_t>(number / layers)], number % layers,
          number * options_.shape.query_size()};
}

Expected<void> AttentionProblem::make_parts(int members) {
  for (auto [parts, count] : {std::pair{&parts_, members}, std::pair{&solo_, 1}})
    for (int i = 0; i < 2; ++i) {
      auto made = AttentionParts::make(count, options_.shape.heads, options_.shape.head_dim);
      if (!made) return tl::unexpected(made.error());
      parts->push_back(std::move(*made));
    }
  return {};
}

Expected<void> AttentionProblem::prepare(std::span<const Method>, ThreadTeam& team) {
  const auto lanes = options_.batch * options_.shape.layers * options_.shape.kv_heads;
  const auto caches = 2 * lanes * (options_.context + 1) * bytes_of(options_.cache, options_.shape.head_dim);
  if (auto room = Pages::check_room(static_cast<std::uint64_t>(caches)); !room) return room;
  for (std::int64_t i = 0; i < options_.batch; ++i) {
    if (interrupt_requested()) return fail(ErrorCode::interrupted, "interrupted while making the caches");
    auto cache = KvCache::make(options_.shape, options_.context,
                               options_.seed + static_cast<std::uint64_t>(i), team, options_.cache);
    if (!cache) return tl::unexpected(cache.error());
    caches_.push_back(std::move(*cache));
  }
  const auto size = places() * options_.shape.query_size();
  auto queries = PageArray<float>::allocate(size);
  auto out = PageArray<float>::allocate(size);
  auto scores = PageArray<float>::allocate(team.size() * options_.shape.group() * options_.context);
  if (!queries) return tl::unexpected(queries.error());
  if (!out) return tl::unexpected(out.error());
  if (!scores) return tl::unexpected(scores.error());
  for (auto* rows : {&keys_, &values_}) {
    auto made = PageArray<float>::allocate(options_.context * options_.shape.head_dim);
    if (!made) return tl::unexpected(made.error());
    *rows = std::move(*made);
  }
  queries_ = std::move(*queries);
  out_ = std::move(*out);
  scores_ = std::move(*scores);
  for (std::int64_t i = 0; i < size; ++i)
    queries_.data()[i] = 1.7320508F * random_uniform(stream_key(options_.seed, 2), i);
  std::ranges::fill(out_.span(), std::numeric_limits<float>::quiet_NaN());
  return make_parts(team.size());
}

void AttentionProblem::attend(const Method& method, const Crew& crew, const Place& at,
                              const AttentionParts& parts) {
  if (interrupt_requested()) return;
  const auto& shape = options_.shape;
  const auto dim = shape.head_dim;
  const auto part = share_of(options_.context, crew.member, crew.members);
  for (std::int64_t head = 0; head < shape.kv_heads; ++head) {
    const auto first = head * shape.group();  // query head
    AttendRows positions{.queries = queries_.data() + at.first + first * dim,
                         .keys = at.cache->key_row(at.layer, head, part.begin),
                         .values = at.cache->value_row(at.layer, head, part.begin),
                         .group = shape.group(),
                         .dim = dim,
                         .count = part.size(),
                         .sums = nullptr,
                         .largest = nullptr,
                         .weights = nullptr};
    parts.place(crew.member, first, positions);
    qwen::attend(method.kernels, options_.cache, positions,
                 scores_.data() + crew.member * shape.group() * options_.context);
  }
}

/// All keys, or all values, of one head as floats.
const float* AttentionProblem::widen(const std::byte* rows, PageArray<float>& to) const {
  expand(options_.cache, rows, options_.context * options_.shape.head_dim, to.data());
  return to.data();
}

void AttentionProblem::naive_layer(const Place& at, float* scores) {
  const auto& shape = options_.shape;
  for (std::int64_t head = 0; head < shape.heads && !interrupt_requested(); ++head) {
    const auto shared = head / shape.group();
    const auto own = at.first + head * shape.head_dim;
    naive::attention(queries_.data() + own, widen(at.cache->key_row(at.layer, shared, 0), keys_),
                     widen(at.cache->value_row(at.layer, shared, 0), values_), options_.context,
                     shape.head_dim, scores, out_.data() + own);
  }
}

/// One barrier per layer: its parts are joined while the other layer's are made.
void AttentionProblem::run(const Method& method, const Crew& crew) {
  HPCT_REGION("kernel");
  const auto& shape = options_.shape;
  const auto& both = crew.members == 1 ? solo_ : parts_;
  for (std::int64_t number = 0; number < places(); ++number) {
    const auto at = place(number);
    if (method.naive()) {
      naive_layer(at, scores_.data());
      continue;
    }
    const auto& parts = both[static_cast<std::size_t>(number % 2)];
    attend(method, crew, at, parts);
    if (crew.members > 1) crew.team.barrier();
    const auto heads = share_of(shape.heads, crew.member, crew.members, 1);
    for (auto head = heads.begin; head < heads.end; ++head)
      parts.merge(head, out_.data() + at.first + head * shape.head_dim);
  }
}

/// One query head of one place by the definition: softmax over all positions, weighted mean of the values.
void AttentionProblem::expect(std::int64_t number, std::int64_t head) {
  const auto& shape = options_.shape;
  const auto dim = shape.head_dim;
  const auto at = place(number);
  std::vector<float> keys(static_cast<std::size_t>(options_.context * dim));
  std::vector<float> values(keys.size());
  expand(options_.cache, at.cache->key_row(at.layer, head / shape.group(), 0), options_.context * dim,
         keys.data());
  expand(options_.cache, at.cache->value_row(at.layer, head / shape.group(), 0), options_.context * dim,
         values.data());
  const float* const query = queries_.data() + at.first + head * dim;
  std::vector<double> weights;
  double largest = -INFINITY;
  for (std::int64_t p = 0; p < options_.context; ++p) {
    double score = 0;
    for (std::int64_t i = 0; i < dim; ++i)
      score +=
          static_cast<double>(query[i]) * static_cast<double>(keys[static_cast<std::size_t>(p * dim + i)]);
    weights.push_back(score / std::sqrt(static_cast<double>(dim)));
    largest = std::max(largest, weights.back());
  }
  double* const mean = wanted_.data() + at.first + head * dim;
  double total = 0;
  for (std::int64_t p = 0; p < options_.context; ++p) {
    const double weight = std::exp(weights[static_cast<std::size_t>(p)] - largest);
    total += weight;
    for (std::int64_t i = 0; i < dim; ++i)
      mean[i] += weight * static_cast<double>(values[static_cast<std::size_t>(p * dim + i)]);
  }
  for (std::int64_t i = 0; i < dim; ++i) mean[i] /= total;
}

/// With a cache of bytes a query may be rounded to 15 bits: ten times what sums of floats are off.
double tolerance(Format cache) { return (cache == Format::q8 ? 10 : 1) * kKernelTolerance; }

Check AttentionProblem::verify(const Method&, ThreadTeam& team) {
  const auto heads = options_.shape.heads;
  if (wanted_.empty()) {
    wanted_.resize(static_cast<std::size_t>(out_.size()));
    team.run([&](int member) {
      const auto part = share_of(places() * heads, member, team.size(), 1);
      for (auto i = part.begin; i < part.end && !interrupt_requested(); ++i) expect(i / heads, i % heads);
    });
  }
  auto check = close_to(wanted_, out_.span(), tolerance(options_.cache),
                        "softmax and weighted mean of the same keys and values in double precision");
  std::ranges::fill(out_.span(), std::numeric_limits<float>::quiet_NaN());
  return check;
}

Work AttentionProblem::work(const Method&) const {
  const auto& shape = options_.shape;
  const auto layers = static_cast<double>(places());
  const auto heads = static_cast<double>(shape.heads);
  const auto h = static_cast<double>(shape.head_dim);
  const auto n = static_cast<double>(options_.context);
  const auto kv = static_cast<double>(shape.kv_heads);
  const auto bytes = 2 * bytes_per_weight(options_.cache);
  return {
      .flops = Quantity{layers * heads * (4 * h * n + 4 * n + h + 1),
                        fmt::format("B * L * H * (4 * h * n + 4 * n + h + 1) = "
                                    "{0} * {1} * (4 * {2} * {3} + 4 * {3} + {2} + 1)",
                                    layers, heads, h, n)},
      .bytes_read =
          Quantity{layers * bytes * kv * h * n,
                   fmt::format("B * L * (2 * bytes per element) * K * h * n = {} * {} * {} * {} * {}", layers,
                               bytes, kv, h, n)},
      .bytes_written = Quantity{4 * layers * heads * h,
                                fmt::format("4 * B * L * H * h = 4 * {} * {} * {}", layers, heads, h)},
      .items = Quantity{static_cast<double>(options_.batch), "one token per sequence", Provenance::counted},
      .precision = "fp32"};
}

std::vector<Parameter> parameters() {
  return {model_parameter(),
          {"context", std::int64_t{4096}, "tokens in each cache", 1, static_cast<double>(kMaxPositions), {}},
          {"batch", std::int64_t{8}, "sequences, each with a cache of its own", 1, 1024, {}},
          kv_parameter(),
          seed_parameter("of caches and queries")};
}

/// Dot products of bytes are of use where there are bytes, tiles of bf16 where there is that.
std::vector<Method> methods(const Settings& settings) {
  const auto format = kv_format_named(settings.text("kv"));
  if (format == Format::q8) return plain_methods(Isa::avx512_vnni);
  return format == Format::bf16 ? plain_methods(Isa::amx) : plain_methods();
}

std::vector<Variant> variants(const Settings& settings) { return variants_of(methods(settings)); }

Expected<std::unique_ptr<Workload>> make(const Settings& settings) {
  const auto shape = shape_named(settings.text("model"));
  if (!shape) return tl::unexpected(shape.error());
  return make_kernel_workload(std::make_unique<AttentionProblem>(
                                  Options{.shape = *shape,
                                          .context = settings.integer("context"),
                                          .batch = settings.integer("batch"),
                                          .cache = kv_format_named(settings.text("kv")),
                                          .seed = static_cast<std::uint64_t>(settings.integer("seed"))}),
                              methods(settings), settings);
}

void reduce(Settings& settings) {
  settings.parameters["model"] = "tiny";
  settings.parameters["context"] = std::min(settings.integer("context"), std::int64_t{64});
  settings.parameters["batch"] = std::int64_t{1};
}

}  // namespace

namespace workloads {
extern const WorkloadInfo qwen_attention;
const WorkloadInfo qwen_attention{
    .name = "qwen-attention",
    .summary = "one token's attention over the KV caches of all layers of Qwen2.5",
    .item = "token",
    .parameters = parameters,
    .variants = variants,
    .make = make,
    .small = "batch=1 context=512",
    .reduce = reduce};
}  // namespace workloads
}  // namespace hpct
