// SPDX-License-Identifier: Apache-2.0
// The window's menus and the dialogs behind them.
#include <QAction>
#include <QFileDialog>
#include <QMenuBar>
#include <QMessageBox>
#include <QTabWidget>

#include "gui/main_window.h"
#include "gui/screenshot.h"

namespace hpct {
namespace {

QString filter() { return QObject::tr("Reports (*.hpct.json);;All files (*)"); }

}  // namespace

void MainWindow::addFileMenu() {
  auto* menu = menuBar()->addMenu(tr("&File"));
  menu->addAction(tr("&Open..."), QKeySequence::Open, this, &MainWindow::chooseReport);
  openBaseline_ =
      menu->addAction(tr("Open &baseline..."), QKeySequence(tr("Ctrl+B")), this, &MainWindow::chooseBaseline);
  swap_ = menu->addAction(tr("S&wap baseline and candidate"), QKeySequence(tr("X")), this,
                          &MainWindow::swapReports);
  menu->addSeparator();
  export_ = menu->addAction(tr("&Export view as PNG..."), QKeySequence(tr("Ctrl+E")), this,
                            &MainWindow::exportView);
  menu->addSeparator();
  menu->addAction(tr("&Quit"), QKeySequence::Quit, this, &QWidget::close);
}

void MainWindow::addViewMenu() {
  auto* menu = menuBar()->addMenu(tr("&View"));
  for (std::size_t i = 0; i < pages_.size(); ++i) {
    const auto* info = pages_[i].info;
    auto* action =
        menu->addAction(tr(info->title), this, [this, info] { showView(QLatin1String(info->id)); });
    if (i < 9) action->setShortcut(QKeySequence(QStringLiteral("Alt+%1").arg(i + 1)));
  }
}

void MainWindow::addHelpMenu() {
  auto* menu = menuBar()->addMenu(tr("&Help"));
  menu->addAction(tr("&Keys"), QKeySequence(tr("F1")), this, &MainWindow::showKeys);
}

void MainWindow::chooseReport() {
  const auto file = QFileDialog::getOpenFileName(this, tr("Open a report"), {}, filter());
  if (!file.isEmpty()) openOrComplain({file});
}

void MainWindow::chooseBaseline() {
  const auto file = QFileDialog::getOpenFileName(this, tr("Open a baseline"), {}, filter());
  if (!file.isEmpty()) openOrComplain({file, current_->file});
}

void MainWindow::chooseTwo() {
  const auto baseline = QFileDialog::getOpenFileName(this, tr("First the baseline"), {}, filter());
  if (baseline.isEmpty()) return;
  const auto candidate = QFileDialog::getOpenFileName(this, tr("Then the candidate"), {}, filter());
  if (!candidate.isEmpty()) openOrComplain({baseline, candidate});
}

void MainWindow::exportView() {
  const auto file = QFileDialog::getSaveFileName(this, tr("Export view as PNG"), QStringLiteral("view.png"),
                                                 tr("Pictures (*.png)"));
  if (file.isEmpty()) return;
  if (const auto saved = save_png(*tabs_->currentWidget(), file); !saved)
    QMessageBox::warning(this, tr("Cannot export the view"), QString::fromStdString(saved.error().message));
}

void MainWindow::showKeys() {
  QMessageBox::information(
      this, tr("Keys"),
      tr("<table cellspacing=6>"
         "<tr><td><b>Alt+1, Alt+2, ...</b></td><td>views in the order of their tabs</td></tr>"
         "<tr><td><b>Ctrl+O, Ctrl+B</b></td><td>open a report, open a baseline</td></tr>"
         "<tr><td><b>X</b></td><td>swap baseline and candidate</td></tr>"
         "<tr><td><b>Ctrl+E</b></td><td>export the view as PNG</td></tr>"
         "<tr><td><b>W, S</b> or <b>+, -</b> or wheel</td><td>zoom in and out</td></tr>"
         "<tr><td><b>A, D</b> or arrows, or drag</td><td>pan</td></tr>"
         "<tr><td><b>F</b> or Home</td><td>show all</td></tr>"
         "<tr><td><b>double click</b></td><td>zoom to the event; on a free place show all</td></tr>"
         "<tr><td><b>Shift+wheel, Ctrl+wheel</b></td><td>pan in time, scroll the lanes</td></tr>"
         "<tr><td><b>Ctrl+F</b></td><td>filter a table</td></tr>"
         "<tr><td><b>Ctrl+C</b></td><td>copy the selected rows as TSV</td></tr>"
         "<tr><td><b>F1</b></td><td>this list</td></tr></table>"));
}

}  // namespace hpct
