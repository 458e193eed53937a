// SPDX-License-Identifier: Apache-2.0
#include "reports/timeline_io.h"
