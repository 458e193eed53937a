// SPDX-License-Identifier: Apache-2.0
#include "analyzer/metric.h"
#include "analyzer/roofline.h"

namespace hpct::metrics {
namespace {

Value compute(const MetricInput& input) {
  return binding_roof(input.report, input.run, input.values, precision_of(input.run, input.region)).share;
}

}  // namespace

extern const MetricInfo roof_share;
const MetricInfo roof_share{"roof.share", "% of roof",
                            "Achieved rate / the height of the binding roof at this intensity",
                            Better::higher, compute};

}  // namespace hpct::metrics
