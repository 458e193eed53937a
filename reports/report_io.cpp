// SPDX-License-Identifier: Apache-2.0
#include "reports/report_io.h"
