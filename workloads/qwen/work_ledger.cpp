// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/work_ledger.h"

#include <fmt/args.h>
#include <fmt/format.h>

namespace hpct::qwen {
namespace {

/// The formula in letters and in numbers.
std::string spell(const NamedNumbers& letters, const char* pattern) {
  fmt::dynamic_format_arg_store<fmt::format_context> names;
  fmt::dynamic_format_arg_store<fmt::format_context> numbers;
  for (const auto& [name, number] : letters) {
    names.push_back(fmt::arg(name, name));
    numbers.push_back(fmt::arg(name, number));
  }
  return fmt::format("{} = {}", fmt::vformat(pattern, names), fmt::vformat(pattern, numbers));
}

}  // namespace

WorkLedger::WorkLedger(std::string root, NamedNumbers letters)
    : root_(std::move(root)), letters_(std::move(letters)) {}

std::string WorkLedger::path_of(const std::string& region) const {
  return fmt::format("{}/{}", root_, region);
}

WorkLedger& WorkLedger::region(const char* name) {
  current_ = &work_.regions[path_of(name)];
  current_->flops = current_->bytes_read = current_->bytes_written = Quantity{0, "0"};
  return *this;
}

WorkLedger& WorkLedger::set(std::optional<Quantity> Work::*field, double amount, const char* pattern) {
  current_->*field = Quantity{amount, spell(letters_, pattern)};
  return *this;
}

void WorkLedger::change(const std::string& region, double flops, double bytes) {
  auto& work = work_.regions[path_of(region)];
  work.flops = Quantity{work.flops->amount + flops, "sum over the tensors of the file"};
  work.bytes_read = Quantity{work.bytes_read->amount + bytes, "sum over the tensors of the file"};
}

DeclaredWork WorkLedger::total(Quantity items) {
  for (auto field : {&Work::flops, &Work::bytes_read, &Work::bytes_written}) {
    Quantity sum{0, "sum over the kernels"};
    for (const auto& [path, work] : work_.regions) sum.amount += (work.*field)->amount;
    work_.total.*field = sum;
  }
  work_.total.precision = "fp32";
  work_.regions[root_] = work_.total;
  work_.total.items = std::move(items);
  return work_;
}

Value bytes_per_item(const Work& work) {
  return Value::of((work.bytes_read->amount + work.bytes_written->amount) / work.items->amount, "B",
                   Provenance::modelled, "(work.bytes_read + work.bytes_written) / work.items");
}

}  // namespace hpct::qwen
