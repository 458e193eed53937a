// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/ceilings/kernel.h"
#include "workloads/kernels/tile_registers.h"

/// AMX: each instruction multiplies two tiles and adds to a third. It takes 16 cycles, so four chains at a
/// time hide its latency of 52, and the eight registers hold no twelve: the chains run in turns of four.
namespace hpct::ceiling_kernels {
namespace {

constexpr int kTurn = 4;

/// Sums of 16 rows by 16, each grown by kProducts products a step.
template <class Number>
struct alignas(64) Tile {
  Number of[16][16];
};

struct Bf16 {
  using Number = float;
  using Element = uint16_t;
  static constexpr int kProducts = 32;
  static Element element(double value) {
    const auto number = static_cast<float>(value);
    uint32_t bits;
    __builtin_memcpy(&bits, &number, sizeof bits);
    return static_cast<Element>(bits >> 16);
  }
  template <int kSums>
  static void multiply() {
    tile_multiply_bf16<kSums, 4, 5>();
  }
};

struct Int8 {
  using Number = int32_t;
  using Element = int8_t;
  static constexpr int kProducts = 64;
  static Element element(double value) { return static_cast<Element>(value); }
  template <int kSums>
  static void multiply() {
    tile_multiply_int8<kSums, 4, 5>();
  }
};

template <class Number>
void start(Tile<Number>& tile, int value) {
  for (auto& row : tile.of)
    for (auto& number : row) number = static_cast<Number>(value);
}

template <class Number>
double total(const Tile<Number>& tile) {
  double sum = 0;
  for (const auto& row : tile.of)
    for (const auto number : row) sum += static_cast<double>(number);
  return sum;
}

template <class Element>
void fill(Element (&operand)[1024 / sizeof(Element)], Element with) {
  for (auto& element : operand) element = with;
}

template <class Arithmetic, class Sums>
void run_chains(Sums* sums) {
  load_sums(sums);
  for (int step = 0; step < kFmaSteps; ++step) {
    Arithmetic::template multiply<0>();
    Arithmetic::template multiply<1>();
    Arithmetic::template multiply<2>();
    Arithmetic::template multiply<3>();
  }
  store_sums(sums);
}

template <class Arithmetic>
double dot(uint64_t chunks, double left, double right) {
  using Element = typename Arithmetic::Element;
  alignas(64) Element operands[2][1024 / sizeof(Element)];
  fill(operands[0], Arithmetic::element(left));
  fill(operands[1], Arithmetic::element(right));
  Tile<typename Arithmetic::Number> sums[kTurn];
  double all = 0;
  begin_tiles();
  tile_load<4>(operands[0], 64);
  tile_load<5>(operands[1], 64);
  for (uint64_t chunk = 0; chunk < chunks; ++chunk)
    for (int first = 0; first < kFmaChains; first += kTurn) {
      for (int i = 0; i < kTurn; ++i) start(sums[i], first + i);
      run_chains<Arithmetic>(sums);
      for (const auto& sum : sums) all += total(sum);
    }
  end_tiles();
  return all;
}

template <class Arithmetic>
constexpr PeakKernel peak(const char* id) {
  return {id, 2 * 16 * 16 * Arithmetic::kProducts, dot<Arithmetic>,
          chain_sum(16 * 16, Arithmetic::kProducts)};
}

constexpr PeakKernel kPeaks[]{peak<Bf16>("dot.bf16"), peak<Int8>("dot.int8")};

}  // namespace

extern const CeilingKernel amx;
const CeilingKernel amx{"amx", "amx", kPeaks, 2, nullptr, nullptr, nullptr, nullptr};

}  // namespace hpct::ceiling_kernels
