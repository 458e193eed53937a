// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/gguf.h"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <limits>

#include "workloads/qwen/gguf_parser.h"

namespace hpct::qwen {

Expected<GgufFile> GgufFile::open(const std::filesystem::path& file) {
  auto mapping = MappedFile::open(file);
  if (!mapping) return tl::unexpected(mapping.error());
  GgufFile result(std::move(*mapping));
  if (auto parsed = GgufParser(result).parse(); !parsed) {
    auto error = parsed.error();
    error.message = fmt::format("{}: {}", file.string(), error.message);
    return tl::unexpected(error);
  }
  return result;
}

std::optional<std::int64_t> GgufFile::integer(std::string_view key) const {
  const auto found = metadata_.find(key);
  if (found == metadata_.end() || !std::holds_alternative<std::int64_t>(found->second)) return std::nullopt;
  return std::get<std::int64_t>(found->second);
}

std::optional<double> GgufFile::real(std::string_view key) const {
  const auto found = metadata_.find(key);
  if (found == metadata_.end() || !std::holds_alternative<double>(found->second)) return std::nullopt;
  return std::get<double>(found->second);
}

std::optional<std::string> GgufFile::text(std::string_view key) const {
  const auto found = metadata_.find(key);
  if (found == metadata_.end() || !std::holds_alternative<std::string>(found->second)) return std::nullopt;
  return std::get<std::string>(found->second);
}

Expected<GgufTensor> GgufFile::tensor(const std::string& name) const {
  const auto found = tensors_.find(name);
  if (found == tensors_.end())
    return fail(ErrorCode::bad_file, fmt::format("the model has no tensor {}", name),
                "it must be a complete model of the qwen2 architecture");
  if (!found->second.tensor)
    return fail(ErrorCode::bad_file,
                fmt::format("tensor {} has type {}, which is not supported", name, found->second.type),
                "convert the model to F32, F16, BF16, Q8_0 or Q4_0");
  return *found->second.tensor;
}

}  // namespace hpct::qwen
