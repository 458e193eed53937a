// SPDX-License-Identifier: Apache-2.0
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <algorithm>
#include <numeric>

#include "gui/models/value_text.h"
#include "gui/theme.h"
#include "gui/view.h"
#include "gui/views/widgets/legend.h"
#include "gui/views/widgets/timeline_canvas.h"

namespace hpct {
namespace {

constexpr std::size_t kLegendNames = 21;  // as many as there are colours

/// Seconds per name, summed over all threads and depths.
std::vector<std::int64_t> time_per_name(const Timeline& timeline) {
  std::vector<std::int64_t> sums(timeline.names.size());
  for (const auto& track : timeline.tracks)
    for (std::size_t i = 0; i < track.name.size() && i < track.duration_ns.size(); ++i)
      if (track.name[i] < sums.size()) sums[track.name[i]] += track.duration_ns[i];
  return sums;
}

std::vector<LegendEntry> legend_of(const Timeline& timeline) {
  const auto sums = time_per_name(timeline);
  std::vector<std::size_t> order(sums.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return sums[a] > sums[b]; });
  std::vector<LegendEntry> entries;
  for (const auto i : order) {
    if (entries.size() == kLegendNames) break;
    const auto name = to_qstring(timeline.names[i]);
    entries.push_back(
        {LegendEntry::Sign::block, TimelineCanvas::colourOf(static_cast<std::uint32_t>(i)), name, name});
  }
  if (order.size() > entries.size())
    entries.push_back({LegendEntry::Sign::line,
                       Qt::gray,
                       QObject::tr("and %1 more").arg(order.size() - entries.size()),
                       {}});
  return entries;
}

class TimelineView : public QWidget {
 public:
  TimelineView(Session& session, QWidget* parent) : QWidget(parent), session_(session) {
    auto* bar = new QHBoxLayout;
    bar->addWidget(new QLabel(tr("Run")));
    bar->addWidget(runs_);
    bar->addWidget(note_, 1);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(bar);
    layout->addWidget(canvas_, 1);
    layout->addWidget(readout_);
    layout->addWidget(legend_);
    runs_->setAccessibleName(tr("Run to show"));
    runs_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    note_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    note_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    readout_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    readout_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    setFocusProxy(canvas_);
    connect(runs_, &QComboBox::activated, this, [this] { showRun(); });
    connect(canvas_, &TimelineCanvas::readoutChanged, readout_, &QLabel::setText);
    connect(canvas_, &TimelineCanvas::eventClicked, this, [this](const QString& name) { choose(name); });
    connect(legend_, &Legend::entryClicked, this, [this](const QString& name) { choose(name); });
    connect(&session_, &Session::reportsChanged, this, [this] { reload(); });
    connect(&session_, &Session::selectionChanged, this, [this] { followSelection(); });
    reload();
  }

 private:
  void reload() {
    canvas_->setTimeline(nullptr);
    runs_->clear();
    const auto& timelines = session_.timelines();
    for (std::size_t i = 0; i < timelines.size(); ++i)
      if (timelines[i].events() > 0)
        runs_->addItem(QStringLiteral("%1  (%L2 events)")
                           .arg(run_key(timelines[i].workload, timelines[i].variant))
                           .arg(timelines[i].events()),
                       static_cast<int>(i));
    runs_->setCurrentIndex(runs_->count() - 1);  // the best variant of a ladder stands last
    showRun();
    followSelection();
  }

  [[nodiscard]] const Timeline* shown() const {
    const auto i = runs_->currentData();
    return i.isValid() ? &session_.timelines()[i.value<std::size_t>()] : nullptr;
  }

  void showRun() {
    const auto* timeline = shown();
    canvas_->setTimeline(timeline);
    legend_->setEntries(timeline ? legend_of(*timeline) : std::vector<LegendEntry>{});
    note_->setText(timeline && timeline->dropped > 0
                       ? tr("Incomplete: %L1 events found the buffer full").arg(timeline->dropped)
                       : tr("wheel or W/S zoom, drag or A/D pan, F shows all"));
  }

  /// A region path ends in the name of its events.
  void choose(const QString& name) {
    const auto* timeline = shown();
    if (!timeline || !session_.current()) return;
    const auto key = run_key(timeline->workload, timeline->variant);
    if (session_.selectedRun() == key && session_.selectedRegion().section(QLatin1Char('/'), -1) == name)
      return session_.select(key, {});
    for (const auto& run : session_.current()->report.runs) {
      if (run_key(run.workload, run.variant) != key) continue;
      for (const auto& region : run.regions)
        if (to_qstring(region.path).section(QLatin1Char('/'), -1) == name)
          return session_.select(key, to_qstring(region.path));
    }
    session_.select(key, name);
  }

  void followSelection() {
    for (int i = 0; i < runs_->count(); ++i) {
      const auto& timeline = session_.timelines()[runs_->itemData(i).value<std::size_t>()];
      if (run_key(timeline.workload, timeline.variant) != session_.selectedRun() ||
          i == runs_->currentIndex())
        continue;
      runs_->setCurrentIndex(i);
      showRun();
      break;
    }
    canvas_->setHighlight(session_.selectedRegion().section(QLatin1Char('/'), -1));
  }

  Session& session_;
  QComboBox* runs_ = new QComboBox;
  QLabel* note_ = new QLabel;
  TimelineCanvas* canvas_ = new TimelineCanvas;
  QLabel* readout_ = new QLabel;
  Legend* legend_ = new Legend;
};

QString refusal(const Session& session) {
  for (const auto& timeline : session.timelines())
    if (timeline.events() > 0) return {};
  return session.timelineNote().isEmpty()
             ? QObject::tr("This report has no timeline: its runs recorded no regions.")
             : QObject::tr("The timeline of this report cannot be shown: %1.").arg(session.timelineNote());
}

}  // namespace

namespace views {
extern const ViewInfo timeline;
const ViewInfo timeline{"timeline", "Timeline", "Open a report to see its timeline.",
                        create_view<TimelineView>, refusal};
}  // namespace views

}  // namespace hpct
