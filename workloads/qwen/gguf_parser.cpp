// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/gguf_parser.h"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <limits>
#include <type_traits>

namespace hpct::qwen {
namespace {

constexpr std::uint64_t kLongestName = 1 << 16;
constexpr std::uint64_t kMostEntries = 1 << 20;  ///< of metadata, and of tensors: real files have hundreds
constexpr std::uint64_t kLargestAlignment = 1 << 20;
constexpr int kDeepestArray = 4;
/// Of one dimension and of a whole tensor: products and byte counts then fit 64 bits.
constexpr std::uint64_t kLargestSize = std::uint64_t{1} << 40;

tl::unexpected<Error> damaged(std::string what) {
  return fail(ErrorCode::bad_file, std::move(what), "the file is damaged or was not copied completely");
}

/// Bytes of a scalar of that type; 0 for the others.
std::uint64_t width_of(std::uint32_t type) {
  constexpr std::array<std::uint64_t, 13> kWidths{1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
  return type < kWidths.size() ? kWidths.at(type) : 0;
}

/// The numbers of ggml's tensor types.
std::optional<Format> format_of(std::uint32_t type) {
  switch (type) {
    case 0:
      return Format::f32;
    case 1:
      return Format::f16;
    case 2:
      return Format::q4;
    case 8:
      return Format::q8;
    case 30:
      return Format::bf16;
    default:
      return std::nullopt;
  }
}

/// A name from the file, harmless to print.
std::string printable(const std::string& name) {
  std::string clean;
  for (const char c : name.substr(0, 64)) clean += c >= ' ' && c <= '~' ? c : '?';
  return clean;
}

}  // namespace

GgufParser::GgufParser(GgufFile& file)
    : file_(file),
      begin_(reinterpret_cast<const std::byte*>(file.mapping_.bytes().data())),
      size_(file.mapping_.bytes().size()) {}

Expected<void> GgufParser::need(std::uint64_t bytes, const char* what) const {
  if (bytes <= left()) return {};
  return damaged(fmt::format("ends in the middle of {}: {} bytes are missing", what, bytes - left()));
}

template <class T>
Expected<T> GgufParser::number(const char* what) {
  if (auto enough = need(sizeof(T), what); !enough) return tl::unexpected(enough.error());
  T value;
  std::memcpy(&value, begin_ + at_, sizeof value);
  at_ += sizeof value;
  return value;
}

Expected<std::string> GgufParser::string(const char* what) {
  const auto length = number<std::uint64_t>(what);
  if (!length) return tl::unexpected(length.error());
  if (auto enough = need(*length, what); !enough) return tl::unexpected(enough.error());
  std::string text(reinterpret_cast<const char*>(begin_ + at_),
                   static_cast<std::size_t>(std::min(*length, kLongestName)));
  at_ += *length;
  return text;
}

Expected<void> GgufParser::skip_array(int depth) {
  if (depth == 0) return damaged("has arrays of arrays of arrays in its metadata");
  const auto type = number<std::uint32_t>("an array");
  if (!type) return tl::unexpected(type.error());
  const auto count = number<std::uint64_t>("an array");
  if (!count) return tl::unexpected(count.error());
  if (const auto width = width_of(*type); width > 0) {
    if (*count > left() / width) return need(left() + 1, "an array");
    at_ += *count * width;
    return {};
  }
  if (*count > left()) return need(left() + 1, "an array");  // an element takes 8 bytes at least
  for (std::uint64_t i = 0; i < *count; ++i)
    if (auto skipped = skip_value(static_cast<Type>(*type), depth - 1); !skipped) return skipped;
  return {};
}

/// A string, an array, or what does not exist.
Expected<void> GgufParser::skip_value(Type type, int depth) {
  if (type == Type::array) return skip_array(depth);
  if (type != Type::string)
    return damaged(fmt::format("has metadata of unknown type {}", static_cast<std::uint32_t>(type)));
  const auto length = number<std::uint64_t>("a string");
  if (!length) return tl::unexpected(length.error());
  if (auto enough = need(*length, "a string"); !enough) return enough;
  at_ += *length;
  return {};
}

Expected<void> GgufParser::read_value(const std::string& key, Type type) {
  const auto keep = [&](const auto& value) -> Expected<void> {
    if (!value) return tl::unexpected(value.error());
    using T = std::remove_cvref_t<decltype(*value)>;
    if constexpr (std::is_same_v<T, std::string>)
      file_.metadata_[key] = *value;
    else if constexpr (std::is_floating_point_v<T>)
      file_.metadata_[key] = static_cast<double>(*value);
    else if (std::cmp_less_equal(*value, std::numeric_limits<std::int64_t>::max()))
      file_.metadata_[key] = static_cast<std::int64_t>(*value);
    return {};
  };
  constexpr const char* kWhat = "the metadata";
  switch (type) {
    case Type::u8:
    case Type::boolean:
      return keep(number<std::uint8_t>(kWhat));
    case Type::i8:
      return keep(number<std::int8_t>(kWhat));
    case Type::u16:
      return keep(number<std::uint16_t>(kWhat));
    case Type::i16:
      return keep(number<std::int16_t>(kWhat));
    case Type::u32:
      return keep(number<std::uint32_t>(kWhat));
    case Type::i32:
      return keep(number<std::int32_t>(kWhat));
    case Type::u64:
      return keep(number<std::uint64_t>(kWhat));
    case Type::i64:
      return keep(number<std::int64_t>(kWhat));
    case Type::f32:
      return keep(number<float>(kWhat));
    case Type::f64:
      return keep(number<double>(kWhat));
    case Type::string:
      return keep(string(kWhat));
    case Type::array:
      return skip_array(kDeepestArray);
  }
  return skip_value(type, kDeepestArray);
}

Expected<void> GgufParser::read_entry() {
  const auto key = string("the metadata");
  if (!key) return tl::unexpected(key.error());
  const auto type = number<std::uint32_t>("the metadata");
  if (!type) return tl::unexpected(type.error());
  return read_value(*key, static_cast<Type>(*type));
}

/// At most two dimensions count; further ones must be 1. All sizes are limited, so that no product overflows.
Expected<void> GgufParser::read_dimensions(Pending& tensor) {
  const auto count = number<std::uint32_t>("the tensor list");
  if (!count) return tl::unexpected(count.error());
  std::array<std::uint64_t, 4> sizes{1, 1, 1, 1};
  if (*count == 0 || *count > sizes.size())
    return damaged(fmt::format("tensor {} has {} dimensions", printable(tensor.name), *count));
  for (std::uint32_t i = 0; i < *count; ++i) {
    const auto size = number<std::uint64_t>("the tensor list");
    if (!size) return tl::unexpected(size.error());
    sizes.at(i) = *size;
  }
  if (sizes[0] == 0 || sizes[1] == 0 || sizes[0] > kLargestSize || sizes[1] > kLargestSize / sizes[0] ||
      sizes[2] != 1 || sizes[3] != 1)
    return damaged(fmt::format("tensor {} has impossible sizes: {} x {} x {} x {}", printable(tensor.name),
                               sizes[0], sizes[1], sizes[2], sizes[3]));
  tensor.columns = static_cast<std::int64_t>(sizes[0]);
  tensor.rows = static_cast<std::int64_t>(sizes[1]);
  return {};
}

Expected<GgufParser::Pending> GgufParser::read_tensor() {
  Pending tensor;
  const auto name = string("the tensor list");
  if (!name) return tl::unexpected(name.error());
  tensor.name = *name;
  if (auto read = read_dimensions(tensor); !read) return tl::unexpected(read.error());
  const auto type = number<std::uint32_t>("the tensor list");
  if (!type) return tl::unexpected(type.error());
  const auto offset = number<std::uint64_t>("the tensor list");
  if (!offset) return tl::unexpected(offset.error());
  tensor.type = *type;
  tensor.offset = *offset;
  return tensor;
}

Expected<std::uint64_t> GgufParser::alignment() const {
  const auto stated = file_.integer("general.alignment").value_or(32);
  if (stated < 8 || stated % 8 != 0 || static_cast<std::uint64_t>(stated) > kLargestAlignment)
    return damaged(fmt::format("has an impossible alignment: {}", stated));
  return static_cast<std::uint64_t>(stated);
}

Expected<void> GgufParser::place(const Pending& tensor, std::uint64_t data) {
  if (file_.tensors_.contains(tensor.name))
    return damaged(fmt::format("has two tensors {}", printable(tensor.name)));
  auto& found = file_.tensors_[tensor.name];
  found.type = tensor.type;
  const auto format = format_of(tensor.type);
  if (!format) return {};
  const auto name = printable(tensor.name);
  if (tensor.columns % block_size(*format) != 0)
    return damaged(fmt::format("tensor {} has rows of {} elements, which is no whole number of blocks of {}",
                               name, tensor.columns, block_size(*format)));
  const auto bytes = static_cast<std::uint64_t>(bytes_of(*format, tensor.rows * tensor.columns));
  const auto room = size_ - data;
  if (tensor.offset > room || bytes > room - tensor.offset)
    return damaged(fmt::format("ends before tensor {} does", name));
  found.tensor = GgufTensor{*format, tensor.rows, tensor.columns, begin_ + data + tensor.offset};
  return {};
}

Expected<void> GgufParser::read_header(std::vector<Pending>& tensors) {
  const auto tensor_count = number<std::uint64_t>("the header");
  if (!tensor_count) return tl::unexpected(tensor_count.error());
  const auto entry_count = number<std::uint64_t>("the header");
  if (!entry_count) return tl::unexpected(entry_count.error());
  if (*tensor_count > kMostEntries || *entry_count > kMostEntries)
    return damaged(fmt::format("claims {} tensors and {} metadata entries", *tensor_count, *entry_count));
  for (std::uint64_t i = 0; i < *entry_count; ++i)
    if (auto read = read_entry(); !read) return read;
  for (std::uint64_t i = 0; i < *tensor_count; ++i) {
    auto tensor = read_tensor();
    if (!tensor) return tl::unexpected(tensor.error());
    tensors.push_back(std::move(*tensor));
  }
  return {};
}

Expected<void> GgufParser::parse() {
  constexpr std::uint32_t kMagic = 0x46554747;  // "GGUF"
  const auto magic = number<std::uint32_t>("the header");
  if (!magic || *magic != kMagic)
    return fail(ErrorCode::bad_file, "is not a GGUF file", "a model is named by its size or by a GGUF file");
  const auto version = number<std::uint32_t>("the header");
  if (!version) return tl::unexpected(version.error());
  if (*version != 2 && *version != 3)
    return fail(ErrorCode::bad_file, fmt::format("is GGUF version {}; 2 and 3 are supported", *version),
                "little-endian files only; convert the model again");
  std::vector<Pending> tensors;
  if (auto read = read_header(tensors); !read) return read;
  const auto step = alignment();
  if (!step) return tl::unexpected(step.error());
  const auto data = (at_ + *step - 1) / *step * *step;
  if (data > size_ && !tensors.empty()) return damaged("ends before its first tensor");
  for (const auto& tensor : tensors) {
    if (tensor.offset % *step != 0)
      return damaged(fmt::format("tensor {} is not aligned to {} bytes", printable(tensor.name), *step));
    if (auto placed = place(tensor, data); !placed) return placed;
  }
  return {};
}

}  // namespace hpct::qwen
