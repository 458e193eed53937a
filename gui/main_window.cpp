// SPDX-License-Identifier: Apache-2.0
#include "gui/main_window.h"

#include <QDragEnterEvent>
#include <QFileInfo>
#include <QLabel>
#include <QMessageBox>
#include <QMimeData>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTabBar>
#include <QTabWidget>
#include <QVBoxLayout>
#include <algorithm>

#include "gui/start_page.h"
#include "gui/theme.h"

namespace hpct {

MainWindow::MainWindow(QWidget* parent)
    : QMainWindow(parent), centre_(new QStackedWidget), tabs_(new QTabWidget), files_(new QLabel) {
  auto* start = new StartPage;
  centre_->addWidget(start);
  centre_->addWidget(tabs_);
  setCentralWidget(centre_);
  files_->setTextFormat(Qt::PlainText);
  files_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  statusBar()->addWidget(files_, 1);
  setAcceptDrops(true);
  tabs_->setDocumentMode(true);
  addPages();
  addFileMenu();
  addViewMenu();
  addHelpMenu();
  connect(start, &StartPage::openRequested, this, &MainWindow::chooseReport);
  connect(start, &StartPage::compareRequested, this, &MainWindow::chooseTwo);
  connect(tabs_, &QTabWidget::currentChanged, this, [this] { refresh(); });
  refresh();
  updateTitle();
  start->setFocus();
}

void MainWindow::addPages() {
  for (const auto* info : all_views()) {
    Page page{info, new QStackedWidget, new QLabel, nullptr};
    page.refusal->setAlignment(Qt::AlignCenter);
    page.refusal->setWordWrap(true);
    page.refusal->setMargin(40);
    page.stack->addWidget(page.refusal);
    tabs_->addTab(page.stack, tr(info->title));
    pages_.push_back(page);
  }
}

Expected<void> MainWindow::open(const QStringList& files) {
  std::vector<OpenedReport> opened;
  for (const auto& file : files) {
    auto report = open_report(file);
    if (!report) return tl::unexpected(report.error());
    opened.push_back(std::move(*report));
  }
  if (opened.size() == 1) show(std::move(opened[0]), std::nullopt);
  if (opened.size() == 2) show(std::move(opened[1]), std::move(opened[0]));
  return {};
}

void MainWindow::show(OpenedReport current, std::optional<OpenedReport> baseline) {
  current_ = std::move(current);
  baseline_ = std::move(baseline);
  session_.setReports(current_->analysis, baseline_ ? baseline_->analysis : nullptr, current_->timelines,
                      current_->timelineNote);
  centre_->setCurrentWidget(tabs_);
  refresh();
  updateTitle();
}

void MainWindow::swapReports() {
  if (!current_ || !baseline_) return;
  auto current = std::move(*baseline_);
  show(std::move(current), std::move(current_));
}

void MainWindow::refresh() {
  for (auto& page : pages_) refreshPage(page, page.stack == tabs_->currentWidget());
  openBaseline_->setEnabled(current_.has_value());
  swap_->setEnabled(baseline_.has_value());
  export_->setEnabled(current_.has_value());
}

void MainWindow::refreshPage(Page& page, bool visible) {
  const auto refusal = refusal_of(*page.info, session_);
  const int tab = tabs_->indexOf(page.stack);
  tabs_->tabBar()->setTabTextColor(tab, refusal.isEmpty() ? QColor() : theme::muted(palette()));
  tabs_->setTabToolTip(tab, refusal);
  page.refusal->setText(refusal);
  if (!refusal.isEmpty()) return page.stack->setCurrentWidget(page.refusal);
  if (!page.view && visible) {
    page.view = page.info->create(session_, page.stack);
    page.stack->addWidget(page.view);
  }
  if (!page.view) return;
  page.stack->setCurrentWidget(page.view);
  if (visible) page.view->setFocus();
}

bool MainWindow::showView(const QString& id) {
  for (auto& page : pages_) {
    if (id != QLatin1String(page.info->id)) continue;
    tabs_->setCurrentWidget(page.stack);
    refresh();
    return true;
  }
  return false;
}

QString MainWindow::refusalOf(const QString& id) const {
  for (const auto& page : pages_)
    if (id == QLatin1String(page.info->id)) return refusal_of(*page.info, session_);
  return {};
}

void MainWindow::updateTitle() {
  const auto name = [](const std::optional<OpenedReport>& report) {
    return QFileInfo(report->file).fileName();
  };
  if (!current_) {
    setWindowTitle(QStringLiteral("hpct-gui"));
    files_->setText(tr("no report open"));
  } else if (!baseline_) {
    setWindowTitle(name(current_) + QStringLiteral(" - hpct-gui"));
    files_->setText(tr("report: %1").arg(name(current_)));
  } else {
    setWindowTitle(tr("%1 against %2 - hpct-gui").arg(name(current_), name(baseline_)));
    files_->setText(tr("baseline: %1   candidate: %2   (X swaps them)").arg(name(baseline_), name(current_)));
  }
}

void MainWindow::openOrComplain(const QStringList& files) {
  const auto opened = open(files);
  if (opened) return;
  QMessageBox box(QMessageBox::Warning, tr("Cannot open the report"),
                  QString::fromStdString(opened.error().message), QMessageBox::Ok, this);
  box.setInformativeText(QString::fromStdString(opened.error().hint));
  box.exec();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  const auto urls = event->mimeData()->urls();
  const bool files = std::all_of(urls.begin(), urls.end(), [](const QUrl& url) { return url.isLocalFile(); });
  if (files && (urls.size() == 1 || urls.size() == 2)) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
  QStringList files;
  for (const auto& url : event->mimeData()->urls()) files << url.toLocalFile();
  event->acceptProposedAction();
  openOrComplain(files);
}

}  // namespace hpct
