// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "workloads/qwen/model_file.h"

namespace hpct::qwen {

/// What `--set model=` names: a published shape, or a file with a shape and weights of its own.
struct ModelChoice {
  Shape shape;
  std::shared_ptr<const ModelFile> file = nullptr;
};

/// `layers`: only the first so many, 0 for all; a file has all its layers. Errors: usage, and what a file is
/// refused for.
Expected<ModelChoice> choose_model(const std::string& model, std::int64_t layers);

}  // namespace hpct::qwen
