// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/timeline.h>

namespace hpct {

/// The fields of a timeline's thread, which stands in the report and in the timeline alike.
template <class Archive>
void describe(Archive& field, TimelineThread& thread) {
  field.required("thread", thread.thread);
  field.optional("name", thread.name);
  field.optional("process", thread.process);
  field.required("events", thread.events);
  field.optional("dropped", thread.dropped);
  field.optional("first_drop_ns", thread.first_drop_ns);
  field.optional("last_drop_ns", thread.last_drop_ns);
}

}  // namespace hpct
