// SPDX-License-Identifier: Apache-2.0
#include "gui/arguments.h"

#include <QCommandLineParser>
#include <QRegularExpression>
#include <algorithm>
#include <vector>

namespace hpct {
namespace {

/// Levenshtein's distance, one row at a time.
int edits(const QString& a, const QString& b) {
  std::vector<int> row(static_cast<std::size_t>(b.size()) + 1);
  for (std::size_t j = 0; j < row.size(); ++j) row[j] = static_cast<int>(j);
  for (int i = 1; i <= a.size(); ++i) {
    int diagonal = row[0];
    row[0] = i;
    for (int j = 1; j <= b.size(); ++j) {
      auto& cell = row[static_cast<std::size_t>(j)];
      const int change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = cell;
      cell = std::min({change, cell + 1, row[static_cast<std::size_t>(j) - 1] + 1});
    }
  }
  return row.back();
}

std::string did_you_mean(const QString& word, const QStringList& candidates) {
  const auto near = nearest(word, candidates);
  return (near.isEmpty() ? QString() : QStringLiteral("did you mean '%1'? ").arg(near)).toStdString() +
         "there are: " + candidates.join(QStringLiteral(", ")).toStdString();
}

Expected<QSize> parse_size(const QString& text) {
  static const QRegularExpression pattern(QStringLiteral("^(\\d{1,5})x(\\d{1,5})$"));
  const auto match = pattern.match(text);
  const QSize size(match.captured(1).toInt(), match.captured(2).toInt());
  if (match.hasMatch() && size.width() >= 200 && size.height() >= 200 && size.width() <= 16384 &&
      size.height() <= 16384)
    return size;
  return fail(ErrorCode::usage, "--size is WIDTHxHEIGHT in pixels, not '" + text.toStdString() + "'",
              "like 1280x800; from 200 to 16384 each way");
}

void add_options(QCommandLineParser& parser, const QStringList& views) {
  parser.setApplicationDescription(QStringLiteral(
      "Shows hpct-prof reports. With two files the first is the baseline and the second the candidate,\n"
      "as in `hpct-prof compare BASE CAND`.\n\nExamples:\n"
      "  hpct-gui ladder.hpct.json\n  hpct-gui before.hpct.json after.hpct.json\n"
      "  hpct-gui --screenshot roofline.png --view roofline --size 1280x800 ladder.hpct.json"));
  parser.addPositionalArgument(QStringLiteral("reports"), QStringLiteral("NAME.hpct.json"),
                               QStringLiteral("[report | baseline candidate]"));
  parser.addOptions({
      {QStringLiteral("view"), QStringLiteral("Shown first: ") + views.join(QStringLiteral(", ")),
       QStringLiteral("name")},
      {QStringLiteral("screenshot"), QStringLiteral("Write the window as a PNG and exit; needs no display."),
       QStringLiteral("file.png")},
      {QStringLiteral("size"), QStringLiteral("Size of the window."), QStringLiteral("WxH"),
       QStringLiteral("1280x800")},
      {QStringLiteral("theme"), QStringLiteral("light or dark; the desktop's by default."),
       QStringLiteral("name")},
      {{QStringLiteral("h"), QStringLiteral("help")}, QStringLiteral("Show this help.")},
      {{QStringLiteral("v"), QStringLiteral("version")}, QStringLiteral("Show the version.")},
  });
}

Expected<void> check_names(const Arguments& arguments, const QStringList& views) {
  if (!arguments.view.isEmpty() && !views.contains(arguments.view))
    return fail(ErrorCode::usage, "no view is called '" + arguments.view.toStdString() + "'",
                did_you_mean(arguments.view, views));
  const QStringList themes{QStringLiteral("light"), QStringLiteral("dark")};
  if (!arguments.theme.isEmpty() && !themes.contains(arguments.theme))
    return fail(ErrorCode::usage, "no theme is called '" + arguments.theme.toStdString() + "'",
                did_you_mean(arguments.theme, themes));
  if (arguments.files.size() > 2)
    return fail(ErrorCode::usage, "at most two reports can be shown at once",
                "give the baseline and the candidate");
  return {};
}

}  // namespace

QString nearest(const QString& word, const QStringList& candidates) {
  QString best;
  auto fewest = static_cast<int>(word.size()) / 2 + 1;
  for (const auto& candidate : candidates) {
    const int count = edits(word.toLower(), candidate);
    if (count <= fewest && (best.isEmpty() || count < fewest)) {
      best = candidate;
      fewest = count;
    }
  }
  return best;
}

Expected<Arguments> parse_arguments(const QStringList& arguments, const QStringList& views) {
  QCommandLineParser parser;
  add_options(parser, views);
  if (!parser.parse(arguments))
    return fail(ErrorCode::usage, parser.errorText().toStdString(), "hpct-gui --help lists the options");
  Arguments result;
  if (parser.isSet(QStringLiteral("help"))) result.text = parser.helpText();
  if (parser.isSet(QStringLiteral("version"))) result.text = QStringLiteral("hpct-gui " HPCT_VERSION "\n");
  result.files = parser.positionalArguments();
  result.view = parser.value(QStringLiteral("view"));
  result.screenshot = parser.value(QStringLiteral("screenshot"));
  result.theme = parser.value(QStringLiteral("theme"));
  if (parser.isSet(QStringLiteral("screenshot")) && result.screenshot.isEmpty())
    return fail(ErrorCode::usage, "--screenshot needs a file name");
  auto size = parse_size(parser.value(QStringLiteral("size")));
  if (!size) return tl::unexpected(size.error());
  result.size = *size;
  if (auto ok = check_names(result, views); !ok) return tl::unexpected(ok.error());
  return result;
}

}  // namespace hpct
