// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QPalette>

#include "analyzer/comparison.h"

namespace hpct::theme {

/// WCAG 2.1 contrast ratio of two opaque colours, 1..21.
double contrast(const QColor& a, const QColor& b);

/// `colour`, made darker or lighter until text in it reads on `background` (contrast >= 4.5).
QColor readable(QColor colour, const QColor& background);

/// The i-th colour of the Okabe-Ito palette, which people with any colour vision can tell apart.
/// After the seven colours come darker and lighter shades of them.
QColor categorical(int i);

/// Black or white, whichever reads better on `fill`.
QColor textOn(const QColor& fill);

QColor verdictColour(Verdict verdict, const QPalette& palette);
QColor severityColour(Severity severity, const QPalette& palette);

/// Grid lines and frames: visible on the palette's base, and quieter than text.
QColor faint(const QPalette& palette);

/// Secondary text: quieter than text, still readable.
QColor muted(const QPalette& palette);

/// Light or dark colours for the whole program, whatever the desktop says.
QPalette lightPalette();
QPalette darkPalette();

}  // namespace hpct::theme
