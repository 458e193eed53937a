// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QMainWindow>
#include <optional>
#include <vector>

#include "gui/opened_report.h"
#include "gui/view.h"

class QLabel;
class QStackedWidget;
class QTabWidget;

namespace hpct {

/// The window: menus, the start page, and one tab per view of the registry. It knows no view by name.
class MainWindow : public QMainWindow {
  Q_OBJECT

 public:
  explicit MainWindow(QWidget* parent = nullptr);

  /// One file, or the baseline and the candidate. On an error everything stays as it was.
  Expected<void> open(const QStringList& files);
  void show(OpenedReport current, std::optional<OpenedReport> baseline);
  using QMainWindow::show;

  /// Brings the view with this id to the front; false when there is none.
  bool showView(const QString& id);
  /// Why the view cannot show what is open; empty when it can.
  [[nodiscard]] QString refusalOf(const QString& id) const;

  void swapReports();
  [[nodiscard]] Session& session() { return session_; }

 protected:
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  /// One tab: the view, or the sentence that says why there is none.
  struct Page {
    const ViewInfo* info;
    QStackedWidget* stack;
    QLabel* refusal;
    QWidget* view = nullptr;  ///< made when the tab is first shown
  };

  void addPages();
  void addFileMenu();
  void addViewMenu();
  void addHelpMenu();
  void refresh();
  void refreshPage(Page& page, bool visible);
  void updateTitle();
  void openOrComplain(const QStringList& files);
  void chooseReport();
  void chooseBaseline();
  void chooseTwo();
  void exportView();
  void showKeys();

  Session session_;
  std::optional<OpenedReport> current_;
  std::optional<OpenedReport> baseline_;
  QStackedWidget* centre_;
  QTabWidget* tabs_;
  std::vector<Page> pages_;
  QLabel* files_;
  QAction* swap_ = nullptr;
  QAction* openBaseline_ = nullptr;
  QAction* export_ = nullptr;
};

}  // namespace hpct
