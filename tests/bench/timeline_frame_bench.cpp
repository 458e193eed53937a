// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <QApplication>
#include <QImage>

#include "gui/views/widgets/timeline_canvas.h"
#include "tests/gui/sample_session.h"

namespace hpct {
namespace {

/// One frame of the timeline at 1600x900 with a million events on 8 threads (16 lanes): the
/// argument is how many zoom steps of 1.5 lie between it and the view of everything.
/// The goal is 16 ms, a frame at 60 Hz.
void frame(benchmark::State& state) {
  static const auto timeline = sample::timeline("w", "v", 8, 125'000);
  TimelineCanvas canvas;
  canvas.resize(1600, 900);
  canvas.setTimeline(&timeline);
  canvas.show();
  for (int i = 0; i < state.range(0); ++i) canvas.zoom(1.5);
  QImage image(canvas.size(), QImage::Format_ARGB32_Premultiplied);
  double share = 0.05;
  for (auto _ : state) {
    canvas.panBy(share);
    share = -share;
    canvas.render(&image);
  }
  state.counters["span_ms"] = canvas.window().span() / 1e6;
}
BENCHMARK(frame)->Arg(0)->Arg(4)->Arg(8)->Arg(12)->Arg(16)->Arg(20)->Unit(benchmark::kMillisecond);

/// What opening a million events costs the widget.
void prepare(benchmark::State& state) {
  static const auto timeline = sample::timeline("w", "v", 8, 125'000);
  TimelineCanvas canvas;
  for (auto _ : state) canvas.setTimeline(&timeline);
}
BENCHMARK(prepare)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace hpct

int main(int argc, char** argv) {
  qputenv("QT_QPA_PLATFORM", "offscreen");
  const QApplication application(argc, argv);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
