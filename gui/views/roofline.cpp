// SPDX-License-Identifier: Apache-2.0
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QSplitter>
#include <algorithm>

#include "gui/models/tables.h"
#include "gui/models/value_text.h"
#include "gui/theme.h"
#include "gui/view.h"
#include "gui/views/roofline_plot.h"
#include "gui/views/widgets/legend.h"

namespace hpct {
namespace {

/// The thread count of most dots: their roofs are the ones to look at first.
int usual_threads(const Roofline& roofline) {
  std::map<int, int> counts;
  for (const auto& point : roofline.points) ++counts[point.threads];
  if (counts.empty())
    for (const auto& roof : roofline.roofs) counts[roof.threads] = roof.threads;
  const auto most =
      std::max_element(counts.begin(), counts.end(), [](auto a, auto b) { return a.second <= b.second; });
  return most == counts.end() ? 0 : most->first;
}

class RooflineView : public QWidget {
 public:
  RooflineView(Session& session, QWidget* parent) : QWidget(parent), session_(session) {
    auto* bar = new QHBoxLayout;
    bar->addWidget(new QLabel(tr("Roofs of")));
    bar->addWidget(threads_);
    bar->addWidget(isa_);
    bar->addWidget(new QLabel(tr("Kernels of")));
    bar->addWidget(kernels_);
    bar->addWidget(readout_, 1);
    readout_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    readout_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    threads_->setAccessibleName(tr("Threads of the roofs"));
    isa_->setAccessibleName(tr("Instruction set of the roofs"));
    kernels_->setAccessibleName(tr("Run whose kernels are drawn"));
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(bar);
    layout->addWidget(split_, 1);
    layout->addWidget(legend_);
    split_->addWidget(plot_);
    split_->addWidget(absentees());
    split_->setStretchFactor(0, 1);
    split_->setChildrenCollapsible(false);
    setFocusProxy(plot_);
    connect(plot_, &RooflinePlot::dotClicked, &session_, &Session::select);
    connect(plot_, &RooflinePlot::readoutChanged, readout_, &QLabel::setText);
    connect(&session_, &Session::reportsChanged, this, [this] { reload(); });
    connect(&session_, &Session::selectionChanged, this, [this] { select(); });
    for (auto* box : {threads_, isa_, kernels_})
      connect(box, &QComboBox::activated, this, [this] { redraw(); });
    reload();
  }

 private:
  QWidget* absentees() {
    auto* layout = new QVBoxLayout(absent_);
    layout->setContentsMargins(0, 0, 0, 0);
    auto* title = new QLabel(tr("<b>Not in the chart, and why</b>"));
    layout->addWidget(title);
    layout->addWidget(absentList_);
    absentList_->setWordWrap(true);
    absentList_->setAlternatingRowColors(true);
    absentList_->setAccessibleName(tr("Runs and regions that cannot be drawn"));
    absent_->setMinimumWidth(200);
    return absent_;
  }

  void reload() {
    if (!session_.current()) return;
    const auto& roofline = session_.current()->roofline;
    threads_->clear();
    threads_->addItem(tr("any number of threads"), 0);
    for (const int count : roof_threads(roofline.roofs))
      threads_->addItem(count == 1 ? tr("1 thread") : tr("%1 threads").arg(count), count);
    threads_->setCurrentIndex(std::max(0, threads_->findData(usual_threads(roofline))));
    isa_->clear();
    isa_->addItem(tr("the highest of each kind"), QString());
    for (const auto& isa : roof_isas(roofline.roofs)) isa_->addItem(isa, isa);
    listRuns();
    listAbsentees();
    redraw();
    select();
  }

  /// The last run with kernels is the best variant of its ladder, and the one to look at first.
  void listRuns() {
    kernels_->clear();
    kernels_->addItem(tr("all runs"), QString());
    for (const auto& point : session_.current()->roofline.points) {
      const auto run = run_key(point.workload, point.variant);
      if (!point.region.empty() && kernels_->findData(run) < 0) kernels_->addItem(run, run);
    }
    kernels_->setCurrentIndex(kernels_->count() - 1);
  }

  void listAbsentees() {
    absentList_->clear();
    for (const auto& text : undrawable_texts(session_.current()->roofline)) absentList_->addItem(text);
    if (session_.baseline())
      for (const auto& text : undrawable_texts(session_.baseline()->roofline))
        absentList_->addItem(tr("baseline: ") + text);
    absent_->setVisible(absentList_->count() > 0);
  }

  void redraw() {
    if (!session_.current()) return;
    const RoofChoice choice{threads_->currentData().toInt(), isa_->currentData().toString(),
                            kernels_->currentData().toString()};
    const auto* comparison = session_.comparison() ? &*session_.comparison() : nullptr;
    auto chart = roofline_chart(*session_.current(), session_.baseline(), comparison, choice);
    legend_->setEntries(legendOf(chart));
    plot_->setChart(std::move(chart));
  }

  [[nodiscard]] std::vector<LegendEntry> legendOf(const RooflineChart& chart) const {
    using Sign = LegendEntry::Sign;
    const auto base = palette().color(QPalette::Base);
    const auto text = theme::muted(palette());
    std::vector<LegendEntry> entries;
    const auto workloads = RooflinePlot::workloadsOf(chart);
    for (std::size_t i = 0; i < workloads.size(); ++i)
      entries.push_back(
          {Sign::block, theme::readable(theme::categorical(static_cast<int>(i)), base), workloads[i], {}});
    const bool hollow =
        std::any_of(chart.dots.begin(), chart.dots.end(), [](const Dot& dot) { return dot.hollow; });
    const bool solid =
        std::any_of(chart.dots.begin(), chart.dots.end(), [](const Dot& dot) { return !dot.hollow; });
    if (session_.baseline()) {
      entries.push_back({hollow ? Sign::frame : Sign::square, text, tr("baseline"), {}});
      entries.push_back({hollow ? Sign::ring : Sign::disc, text, tr("candidate"), {}});
    }
    if (solid) entries.push_back({Sign::disc, text, tr("solid: measured"), {}});
    if (hollow) entries.push_back({Sign::ring, text, tr("hollow: modelled or simulated work"), {}});
    if (!chart.moves.empty())
      entries.push_back({Sign::arrow, text, tr("from baseline to candidate, dotted when undecided"), {}});
    for (const bool compute : {false, true})
      if (std::any_of(chart.roofs.begin(), chart.roofs.end(),
                      [=](const RoofLine& r) { return r.compute == compute; }))
        entries.push_back({compute ? Sign::line : Sign::dashes,
                           text,
                           compute ? tr("compute roof") : tr("memory roof"),
                           {}});
    return entries;
  }

  /// A kernel chosen elsewhere must be in the chart to be seen there.
  void select() {
    const int run = kernels_->findData(session_.selectedRun());
    if (run >= 0 && !session_.selectedRegion().isEmpty() && !kernels_->currentData().toString().isEmpty() &&
        run != kernels_->currentIndex()) {
      kernels_->setCurrentIndex(run);
      redraw();
    }
    plot_->setSelection(session_.selectedRun(), session_.selectedRegion());
  }

  Session& session_;
  QComboBox* threads_ = new QComboBox;
  QComboBox* isa_ = new QComboBox;
  QComboBox* kernels_ = new QComboBox;
  QLabel* readout_ = new QLabel;
  QSplitter* split_ = new QSplitter;
  RooflinePlot* plot_ = new RooflinePlot;
  QWidget* absent_ = new QWidget;
  QListWidget* absentList_ = new QListWidget;
  Legend* legend_ = new Legend;
};

QString refusal(const Session& session) {
  const auto& roofline = session.current()->roofline;
  if (roofline.points.empty() && roofline.roofs.empty())
    return QObject::tr(
        "This report has neither roofs nor runs with known flops and bytes: add roofs with "
        "`hpct-prof run ceilings`.");
  return {};
}

}  // namespace

namespace views {
extern const ViewInfo roofline;
const ViewInfo roofline{"roofline", "Roofline", "Open a report to see its roofline.",
                        create_view<RooflineView>, refusal};
}  // namespace views

}  // namespace hpct
