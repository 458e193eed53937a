// SPDX-License-Identifier: Apache-2.0
// The Mandelbrot picture of Carnegie Mellon's course 15-418: its six views, limits and single precision.
#include <fmt/format.h>
#include <hpct/region.h>
#include <hpct/workload.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <optional>
#include <utility>

#include "workloads/kernels/mandelbrot/kernel.h"
#include "workloads/mandelbrot_kernels.h"
#include "workloads/mandelbrot_pictures.h"
#include "workloads/mandelbrot_reference.h"
#include "workloads/thread_team.h"

namespace hpct {
namespace {

/// How the rows are dealt to the threads.
enum class Schedule {
  blocks,       ///< one contiguous block each: unfair, except for the mirrored halves of view 1
  interleaved,  ///< row % threads
  dynamic,      ///< the next free rows, from a shared counter
};

struct Method {
  const char* name;
  const char* summary;
  Isa isa;
  bool parallel;
  Schedule schedule;
  MandelbrotRender MandelbrotKernel::*render;
};

constexpr std::array<Method, 13> kMethods{{
    {"serial", "one thread, one pixel at a time", Isa::baseline, false, Schedule::blocks,
     &MandelbrotKernel::render},
    {"block-rows", "each thread one block of neighbouring rows", Isa::baseline, true, Schedule::blocks,
     &MandelbrotKernel::render},
    {"interleaved-rows", "thread t takes the rows t, t + threads, ...", Isa::baseline, true,
     Schedule::interleaved, &MandelbrotKernel::render},
    {"dynamic", "each thread takes the next free row", Isa::baseline, true, Schedule::dynamic,
     &MandelbrotKernel::render},
    {"neon-masked", "4 pixels per vector, lanes masked until the last escapes", Isa::neon, true,
     Schedule::dynamic, &MandelbrotKernel::render_masked},
    {"neon", "4 vectors in flight, escapes looked for every 8 steps", Isa::neon, true, Schedule::dynamic,
     &MandelbrotKernel::render},
    {"neon-fused", "the same with fused multiply-adds: another rounding", Isa::neon, true, Schedule::dynamic,
     &MandelbrotKernel::render_fused},
    {"avx2-masked", "8 pixels per vector, lanes masked until the last escapes", Isa::avx2, true,
     Schedule::dynamic, &MandelbrotKernel::render_masked},
    {"avx2", "4 vectors of 8 in flight, escapes looked for every 8 steps", Isa::avx2, true, Schedule::dynamic,
     &MandelbrotKernel::render},
    {"avx512-masked", "16 pixels per vector, lanes masked until the last escapes", Isa::avx512, true,
     Schedule::dynamic, &MandelbrotKernel::render_masked},
    {"avx512", "5 vectors of 16 in flight, escapes looked for every 8 steps", Isa::avx512, true,
     Schedule::dynamic, &MandelbrotKernel::render},
    {"avx2-fused", "avx2 with fused multiply-adds: another rounding", Isa::avx2, true, Schedule::dynamic,
     &MandelbrotKernel::render_fused},
    {"avx512-fused", "avx512 with fused multiply-adds: another rounding", Isa::avx512, true,
     Schedule::dynamic, &MandelbrotKernel::render_fused},
}};

/// Fused steps give other counts, so these variants have a reference of their own and are no rung of the
/// ladder.
bool is_fused(const Method& method) { return method.render == &MandelbrotKernel::render_fused; }

const MandelbrotKernel* find_kernel(const Method& method) {
  for (const auto* kernel : all_mandelbrot_kernels())
    if (kernel->isa == name_of(method.isa) && kernel->*method.render != nullptr) return kernel;
  return nullptr;
}

const Method* find_method(std::string_view name) {
  for (const auto& method : kMethods)
    if (method.name == name && find_kernel(method) != nullptr) return &method;
  return nullptr;
}

std::vector<Variant> list_variants(const Settings&) {
  std::vector<Variant> variants;
  for (const auto& method : kMethods)
    if (find_kernel(method) != nullptr)
      variants.push_back({method.name, method.summary, method.isa, method.parallel, is_fused(method)});
  return variants;
}

std::vector<Parameter> list_parameters() {
  return {
      {"view", std::int64_t{1}, "1: the whole set; 2 to 6: zooms into it", 1, 6, {}},
      {"width", std::int64_t{1600}, "pixels per row", 1, 16384, {}},
      {"height", std::int64_t{1200}, "rows", 1, 16384, {}},
      {"iterations", std::int64_t{256}, "limit per pixel", 1, 1'000'000, {}},
      {"picture", std::string(), "file to write the picture to (.png or .ppm)", {}, {}, {}},
      {"heatmap", std::string(), "file to write a map of the cost per tile to (.png or .ppm)", {}, {}, {}}};
}

/// A view of the course: x in -2..1 and y in -1..1, scaled, then shifted.
struct View {
  float scale;
  float shift_x;
  float shift_y;
};
constexpr std::array<View, 6> kViews{{{1.0F, 0.0F, 0.0F},
                                      {0.015F, -0.98F, 0.30F},
                                      {0.02F, 0.35F, 0.05F},
                                      {0.02F, 0.0F, 0.73F},
                                      {0.02F, -1.5F, 0.0F},
                                      {0.002F, -1.4F, 0.0F}}};

MandelbrotGrid make_grid(const Settings& settings) {
  const auto& view = kViews.at(static_cast<std::size_t>(settings.integer("view") - 1));
  const float left = -2.0F * view.scale + view.shift_x;
  const float right = 1.0F * view.scale + view.shift_x;
  const float bottom = -1.0F * view.scale + view.shift_y;
  const float top = 1.0F * view.scale + view.shift_y;
  const auto width = static_cast<int>(settings.integer("width"));
  const auto height = static_cast<int>(settings.integer("height"));
  return {.left = left,
          .bottom = bottom,
          .step_x = (right - left) / static_cast<float>(width),
          .step_y = (top - bottom) / static_cast<float>(height),
          .width = width,
          .height = height,
          .iterations = static_cast<int>(settings.integer("iterations"))};
}

struct PictureFiles {
  std::string picture;  ///< empty once it is written, or when none is wanted
  std::string heatmap;
};

class Mandelbrot final : public Workload {
 public:
  Mandelbrot(const MandelbrotGrid& grid, int threads, PictureFiles files)
      : grid_(grid), threads_(threads), files_(std::move(files)) {}

  Expected<void> prepare(Progress& progress) override;
  Expected<void> run(const Variant& variant) override;
  Expected<Check> verify(const Variant& variant) override;
  [[nodiscard]] DeclaredWork work(const Variant& variant) const override;

 private:
  void render_part(const Method& method, const MandelbrotKernel& kernel, int member, int members);
  void render_rows(MandelbrotRender render, int begin, int end);
  Expected<const MandelbrotReference*> reference_of(const Method& method);
  Expected<void> write_pictures();
  [[nodiscard]] Check compare(const MandelbrotReference& reference) const;

  MandelbrotGrid grid_;
  int threads_;
  PictureFiles files_;
  std::unique_ptr<ThreadTeam> team_;
  std::optional<MandelbrotReference> exact_;
  std::optional<MandelbrotReference> fused_;
  std::vector<std::int32_t> counts_;
  Check check_;
  bool checked_ = true;  ///< check_ belongs to the last run
  alignas(64) std::atomic<int> next_row_{0};
};

Expected<void> Mandelbrot::prepare(Progress& progress) {
  auto team = make_thread_team(threads_);
  if (!team) return tl::unexpected(team.error());
  team_ = std::move(*team);
  progress.update("computing the reference", 0, 1);
  auto reference = exact_reference(grid_, *team_);
  if (!reference) return tl::unexpected(reference.error());
  exact_ = std::move(*reference);
  counts_.assign(exact_->counts.size(), -1);
  progress.update("computing the reference", 1, 1);
  return {};
}

/// That of the fused variants is computed when the first of them is verified: few ask for it.
Expected<const MandelbrotReference*> Mandelbrot::reference_of(const Method& method) {
  if (!is_fused(method)) return &*exact_;
  if (!fused_) {
    auto reference = fused_reference(grid_, *team_);
    if (!reference) return tl::unexpected(reference.error());
    fused_ = std::move(*reference);
  }
  return &*fused_;
}

Expected<void> Mandelbrot::run(const Variant& variant) {
  const auto* const method = find_method(variant.name);
  if (method == nullptr)
    return fail(ErrorCode::usage, fmt::format("mandelbrot has no variant \"{}\"", variant.name));
  const auto* const kernel = find_kernel(*method);
  checked_ = false;
  next_row_.store(0, std::memory_order_relaxed);
  if (method->parallel)
    team_->run([&](int member) { render_part(*method, *kernel, member, team_->size()); });
  else
    render_part(*method, *kernel, 0, 1);
  if (interrupt_requested()) return fail(ErrorCode::interrupted, "interrupted in a repetition");
  return {};
}

void Mandelbrot::render_part(const Method& method, const MandelbrotKernel& kernel, int member, int members) {
  HPCT_REGION("render");
  const auto render = kernel.*method.render;
  const auto bound = [&](int part) {
    return static_cast<int>(static_cast<std::int64_t>(grid_.height) * part / members);
  };
  switch (method.schedule) {
    case Schedule::blocks:
      for (int row = bound(member); row < bound(member + 1) && !interrupt_requested(); ++row)
        render_rows(render, row, row + 1);
      return;
    case Schedule::interleaved:
      for (int row = member; row < grid_.height && !interrupt_requested(); row += members)
        render_rows(render, row, row + 1);
      return;
    case Schedule::dynamic:
      for (;;) {
        const int row = next_row_.fetch_add(kernel.band, std::memory_order_relaxed);
        if (row >= grid_.height || interrupt_requested()) return;
        render_rows(render, row, std::min(row + kernel.band, grid_.height));
      }
  }
}

void Mandelbrot::render_rows(MandelbrotRender render, int begin, int end) {
  HPCT_REGION_AS(region, "rows");
  region.work(static_cast<std::uint64_t>(end - begin) * static_cast<std::uint64_t>(grid_.width));
  render(grid_, begin, end, counts_.data());
}

Check Mandelbrot::compare(const MandelbrotReference& reference) const {
  const auto [got, expected] = std::mismatch(counts_.begin(), counts_.end(), reference.counts.begin());
  Check check{.ok = got == counts_.end(),
              .reference = &reference == &*exact_
                               ? "every pixel against the definition in strict single precision"
                               : "every pixel against the definition with std::fma",
              .message = {}};
  if (check.ok) return check;
  const auto pixel = got - counts_.begin();
  check.message = fmt::format("pixel ({}, {}) has {} iterations instead of {}", pixel % grid_.width,
                              pixel / grid_.width, *got, *expected);
  return check;
}

/// Once, of the first result that was right.
Expected<void> Mandelbrot::write_pictures() {
  for (auto [file, painter] : {std::pair(&files_.picture, &paint), std::pair(&files_.heatmap, &paint_cost)}) {
    if (file->empty()) continue;
    if (auto written = write_picture(*file, painter(grid_, counts_)); !written) return written;
    file->clear();
  }
  return {};
}

Expected<Check> Mandelbrot::verify(const Variant& variant) {
  if (checked_) return check_;
  const auto* const method = find_method(variant.name);
  if (method == nullptr)
    return fail(ErrorCode::usage, fmt::format("mandelbrot has no variant \"{}\"", variant.name));
  const auto reference = reference_of(*method);
  if (!reference) return tl::unexpected(reference.error());
  check_ = compare(**reference);
  checked_ = true;
  if (check_.ok)
    if (auto written = write_pictures(); !written) return tl::unexpected(written.error());
  // A pixel that the next run forgets must not pass with this run's count.
  std::fill(counts_.begin(), counts_.end(), -1);
  return check_;
}

DeclaredWork Mandelbrot::work(const Variant& variant) const {
  const double pixels = static_cast<double>(grid_.width) * grid_.height;
  const auto* const method = find_method(variant.name);
  const auto& reference = method != nullptr && is_fused(*method) && fused_ ? *fused_ : *exact_;
  const Work all{.flops = Quantity{8 * reference.iterations, "8 flop per iteration, counted iterations",
                                   Provenance::modelled},
                 .bytes_read = Quantity{0, "reads no input", Provenance::modelled},
                 .bytes_written = Quantity{4 * pixels, "4 B * width * height", Provenance::modelled},
                 .items = Quantity{pixels, "width * height", Provenance::counted},
                 .precision = "fp32"};
  return {.total = all, .regions = {{"render", all}}};
}

Expected<std::unique_ptr<Workload>> make(const Settings& settings) {
  const PictureFiles files{settings.text("picture"), settings.text("heatmap")};
  for (const auto& file : {files.picture, files.heatmap})
    if (!file.empty())
      if (auto named = check_picture_name(file); !named) return tl::unexpected(named.error());
  if (!files.picture.empty() && files.picture == files.heatmap)
    return fail(ErrorCode::usage, "picture and heatmap name the same file", "give each a file of its own");
  return std::make_unique<Mandelbrot>(make_grid(settings), settings.threads, files);
}

void reduce(Settings& settings) {
  settings.parameters["width"] = std::min(settings.integer("width"), std::int64_t{160});
  settings.parameters["height"] = std::min(settings.integer("height"), std::int64_t{120});
  settings.parameters["iterations"] = std::min(settings.integer("iterations"), std::int64_t{256});
  for (const char* file : {"picture", "heatmap"}) settings.parameters[file] = std::string();
}

}  // namespace

namespace workloads {

extern const WorkloadInfo mandelbrot;
const WorkloadInfo mandelbrot{.name = "mandelbrot",
                              .summary = "The Mandelbrot set: compute bound, uneven work per pixel",
                              .item = "pixel",
                              .parameters = list_parameters,
                              .variants = list_variants,
                              .make = make,
                              .small = "width=400 height=300",
                              .reduce = reduce};

}  // namespace workloads
}  // namespace hpct
