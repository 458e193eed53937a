// SPDX-License-Identifier: Apache-2.0
// The Mandelbrot picture of Carnegie Mellon's course 15-418: its views, limits and single precision.
#include <fmt/format.h>
#include <hpct/region.h>
#include <hpct/workload.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <new>
#include <numeric>

#include "workloads/kernels/mandelbrot/kernel.h"
#include "workloads/mandelbrot_kernels.h"
#include "workloads/picture_file.h"
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
};

constexpr std::array<Method, 6> kMethods{{
    {"serial", "one thread, one pixel at a time", Isa::baseline, false, Schedule::blocks},
    {"block-rows", "each thread one block of neighbouring rows", Isa::baseline, true, Schedule::blocks},
    {"interleaved-rows", "thread t takes the rows t, t + threads, ...", Isa::baseline, true,
     Schedule::interleaved},
    {"dynamic", "each thread takes the next free row", Isa::baseline, true, Schedule::dynamic},
    {"avx2", "8 pixels per vector, 4 vectors in flight, free rows", Isa::avx2, true, Schedule::dynamic},
    {"avx512", "16 pixels per vector, 5 vectors in flight, free rows", Isa::avx512, true, Schedule::dynamic},
}};

const MandelbrotKernel* find_kernel(Isa isa) {
  for (const auto* kernel : all_mandelbrot_kernels())
    if (kernel->isa == name_of(isa)) return kernel;
  return nullptr;
}

std::vector<Variant> list_variants(const Settings&) {
  std::vector<Variant> variants;
  for (const auto& method : kMethods)
    if (find_kernel(method.isa) != nullptr)
      variants.push_back({method.name, method.summary, method.isa, method.parallel});
  return variants;
}

std::vector<Parameter> list_parameters() {
  return {{"view", std::int64_t{1}, "1: the whole set; 2: a zoom into its edge", 1, 2, {}},
          {"width", std::int64_t{1600}, "pixels per row", 1, 16384, {}},
          {"height", std::int64_t{1200}, "rows", 1, 16384, {}},
          {"iterations", std::int64_t{256}, "limit per pixel", 1, 1'000'000, {}},
          {"picture", std::string(), "file to write the picture to (.png or .ppm)", {}, {}, {}}};
}

/// The course's views: x in -2..1, y in -1..1, for view 2 scaled and shifted.
MandelbrotGrid make_grid(const Settings& settings) {
  const bool zoom = settings.integer("view") == 2;
  const float scale = zoom ? 0.015F : 1.0F;
  const float shift_x = zoom ? -0.986F : 0.0F;
  const float shift_y = zoom ? 0.30F : 0.0F;
  const float left = -2.0F * scale + shift_x;
  const float right = 1.0F * scale + shift_x;
  const float bottom = -1.0F * scale + shift_y;
  const float top = 1.0F * scale + shift_y;
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

/// The definition, kept apart from the kernels on purpose: what they are all compared with.
std::int32_t reference_count(const MandelbrotGrid& grid, int column, int row) {
  const float x = grid.left + static_cast<float>(column) * grid.step_x;
  const float y = grid.bottom + static_cast<float>(row) * grid.step_y;
  float z_re = x;
  float z_im = y;
  for (std::int32_t count = 0; count < grid.iterations; ++count) {
    if (z_re * z_re + z_im * z_im > 4.0F) return count;
    const float next_re = (z_re * z_re - z_im * z_im) + x;
    const float next_im = ((2.0F * z_re) * z_im) + y;
    z_re = next_re;
    z_im = next_im;
  }
  return grid.iterations;
}

/// Black inside the set, from blue over yellow to white with the number of iterations.
Picture paint(const MandelbrotGrid& grid, const std::vector<std::int32_t>& counts) {
  const auto level = [](double share) { return static_cast<std::uint8_t>(std::lround(255 * share)); };
  Picture picture{grid.width, grid.height, {}};
  picture.rgb.reserve(counts.size() * 3);
  for (const auto count : counts) {
    const double glow = count == grid.iterations ? 0 : std::sqrt(double(count + 1) / grid.iterations);
    for (const double exponent : {1.5, 1.0, 0.5}) picture.rgb.push_back(level(std::pow(glow, 2 * exponent)));
  }
  return picture;
}

class Mandelbrot final : public Workload {
 public:
  Mandelbrot(const MandelbrotGrid& grid, int threads, std::string picture)
      : grid_(grid), threads_(threads), picture_(std::move(picture)) {}

  Expected<void> prepare(Progress& progress) override;
  Expected<void> run(const Variant& variant) override;
  Expected<Check> verify(const Variant& variant) override;
  [[nodiscard]] DeclaredWork work(const Variant& variant) const override;

 private:
  void render_part(const Method& method, const MandelbrotKernel& kernel, int member, int members);
  void render_rows(const MandelbrotKernel& kernel, int begin, int end);
  [[nodiscard]] Check compare() const;

  MandelbrotGrid grid_;
  int threads_;
  std::string picture_;  ///< empty once it is written, or when none is wanted
  std::unique_ptr<ThreadTeam> team_;
  std::vector<std::int32_t> reference_;
  std::vector<std::int32_t> counts_;
  double iterations_ = 0;  ///< of all pixels together, from the reference
  Check check_;
  bool checked_ = true;  ///< check_ belongs to the last run
  alignas(64) std::atomic<int> next_row_{0};
};

Expected<void> Mandelbrot::prepare(Progress& progress) {
  const auto pixels = static_cast<std::size_t>(grid_.width) * static_cast<std::size_t>(grid_.height);
  try {
    reference_.reserve(pixels);
    counts_.assign(pixels, -1);
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::io, fmt::format("no memory for {} x {} pixels", grid_.width, grid_.height),
                "set a smaller width or height");
  }
  for (int row = 0; row < grid_.height; ++row) {
    if (interrupt_requested()) return fail(ErrorCode::interrupted, "interrupted");
    for (int column = 0; column < grid_.width; ++column)
      reference_.push_back(reference_count(grid_, column, row));
    progress.update("computing the reference", row + 1, grid_.height);
  }
  iterations_ = static_cast<double>(std::accumulate(reference_.begin(), reference_.end(), std::int64_t{0}));
  auto team = make_thread_team(threads_);
  if (!team) return tl::unexpected(team.error());
  team_ = std::move(*team);
  return {};
}

Expected<void> Mandelbrot::run(const Variant& variant) {
  const auto* const method = std::find_if(kMethods.begin(), kMethods.end(),
                                          [&](const Method& known) { return known.name == variant.name; });
  const auto* const kernel = method == kMethods.end() ? nullptr : find_kernel(method->isa);
  if (kernel == nullptr)
    return fail(ErrorCode::usage, fmt::format("mandelbrot has no variant \"{}\"", variant.name));
  checked_ = false;
  next_row_.store(0, std::memory_order_relaxed);
  if (method->parallel)
    team_->run([&](int member) { render_part(*method, *kernel, member, team_->size()); });
  else
    render_part(*method, *kernel, 0, 1);
  return {};
}

void Mandelbrot::render_part(const Method& method, const MandelbrotKernel& kernel, int member, int members) {
  HPCT_REGION("render");
  const auto bound = [&](int part) {
    return static_cast<int>(static_cast<std::int64_t>(grid_.height) * part / members);
  };
  switch (method.schedule) {
    case Schedule::blocks:
      for (int row = bound(member); row < bound(member + 1); ++row) render_rows(kernel, row, row + 1);
      return;
    case Schedule::interleaved:
      for (int row = member; row < grid_.height; row += members) render_rows(kernel, row, row + 1);
      return;
    case Schedule::dynamic:
      for (;;) {
        const int row = next_row_.fetch_add(kernel.band, std::memory_order_relaxed);
        if (row >= grid_.height) return;
        render_rows(kernel, row, std::min(row + kernel.band, grid_.height));
      }
  }
}

void Mandelbrot::render_rows(const MandelbrotKernel& kernel, int begin, int end) {
  HPCT_REGION_AS(region, "rows");
  region.work(static_cast<std::uint64_t>(end - begin) * static_cast<std::uint64_t>(grid_.width));
  kernel.render(grid_, begin, end, counts_.data());
}

Check Mandelbrot::compare() const {
  const auto [got, expected] = std::mismatch(counts_.begin(), counts_.end(), reference_.begin());
  Check check{.ok = got == counts_.end(),
              .reference = "every pixel against the definition in strict single precision",
              .message = {}};
  if (check.ok) return check;
  const auto pixel = got - counts_.begin();
  check.message = fmt::format("pixel ({}, {}) has {} iterations instead of {}", pixel % grid_.width,
                              pixel / grid_.width, *got, *expected);
  return check;
}

Expected<Check> Mandelbrot::verify(const Variant&) {
  if (checked_) return check_;
  check_ = compare();
  checked_ = true;
  if (check_.ok && !picture_.empty()) {
    auto written = write_picture(picture_, paint(grid_, counts_));
    if (!written) return tl::unexpected(written.error());
    picture_.clear();
  }
  // A pixel that the next run forgets must not pass with this run's count.
  std::fill(counts_.begin(), counts_.end(), -1);
  return check_;
}

DeclaredWork Mandelbrot::work(const Variant&) const {
  const double pixels = static_cast<double>(grid_.width) * grid_.height;
  const Work all{
      .flops = Quantity{8 * iterations_, "8 flop per iteration, counted iterations", Provenance::modelled},
      .bytes_read = Quantity{0, "reads no input", Provenance::modelled},
      .bytes_written = Quantity{4 * pixels, "4 B * width * height", Provenance::modelled},
      .items = Quantity{pixels, "width * height", Provenance::counted}};
  return {.total = all, .regions = {{"render", all}}};
}

Expected<std::unique_ptr<Workload>> make(const Settings& settings) {
  const auto& picture = settings.text("picture");
  if (!picture.empty())
    if (auto named = check_picture_name(picture); !named) return tl::unexpected(named.error());
  return std::make_unique<Mandelbrot>(make_grid(settings), settings.threads, picture);
}

void reduce(Settings& settings) {
  settings.parameters["width"] = std::min(settings.integer("width"), std::int64_t{160});
  settings.parameters["height"] = std::min(settings.integer("height"), std::int64_t{120});
  settings.parameters["iterations"] = std::min(settings.integer("iterations"), std::int64_t{256});
  settings.parameters["picture"] = std::string();
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
                              .reduce = reduce};

}  // namespace workloads
}  // namespace hpct
