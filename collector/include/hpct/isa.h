// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace hpct {

/// Instruction sets our kernels come in, weakest first within an architecture.
/// `avx2` means x86-64-v3 (AVX2, FMA, BMI2, F16C); `avx512` means x86-64-v4 (F, BW, DQ, VL, CD); `neon` is
/// part of every 64-bit ARM, `neon_dotprod` (SDOT, dot products of bytes) is not. `amx` means tiles of bf16 and
/// of bytes, beside all of AVX-512 here but FP16.
enum class Isa { baseline, avx2, avx512, avx512_bf16, neon, avx512_fp16, avx512_vnni, neon_dotprod, amx };

std::string_view name_of(Isa isa);
std::optional<Isa> isa_from(std::string_view name);

/// Does every CPU with `most` run code of `needed`? avx512 includes avx2 and baseline, but not avx512_vnni.
bool includes(Isa most, Isa needed);

/// Can this CPU (and kernel) run it? For AMX the kernel is asked for leave on behalf of the whole process.
bool cpu_supports(Isa isa);

}  // namespace hpct
