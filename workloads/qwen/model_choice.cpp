// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/model_choice.h"

namespace hpct::qwen {
namespace {

Expected<ModelChoice> from_file(const std::string& path, std::int64_t layers) {
  auto file = ModelFile::open(path);
  if (!file) return tl::unexpected(file.error());
  ModelChoice choice{(*file)->shape(), *file};
  if (auto kept = keep_layers(choice.shape, layers); !kept) return tl::unexpected(kept.error());
  if (layers > 0)
    return fail(ErrorCode::usage, "a model file is decoded with all its layers", "leave out --set layers");
  return choice;
}

}  // namespace

Expected<ModelChoice> choose_model(const std::string& model, std::int64_t layers) {
  if (names_a_file(model)) return from_file(model, layers);
  auto shape = shape_named(model);
  if (!shape) return tl::unexpected(shape.error());
  if (auto kept = keep_layers(*shape, layers); !kept) return tl::unexpected(kept.error());
  return ModelChoice{std::move(*shape)};
}

}  // namespace hpct::qwen
