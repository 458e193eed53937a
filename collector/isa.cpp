// SPDX-License-Identifier: Apache-2.0
#include <hpct/isa.h>

#if defined(__x86_64__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#elif defined(__aarch64__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

#include <array>
#include <utility>

namespace hpct {
namespace {

constexpr std::array<std::pair<Isa, std::string_view>, 9> kNames{{{Isa::baseline, "baseline"},
                                                                  {Isa::avx2, "avx2"},
                                                                  {Isa::avx512, "avx512"},
                                                                  {Isa::avx512_bf16, "avx512_bf16"},
                                                                  {Isa::neon, "neon"},
                                                                  {Isa::avx512_fp16, "avx512_fp16"},
                                                                  {Isa::avx512_vnni, "avx512_vnni"},
                                                                  {Isa::neon_dotprod, "neon_dotprod"},
                                                                  {Isa::amx, "amx"}}};

#if defined(__x86_64__)
/// Asked by hand: not every compiler's __builtin_cpu_supports knows the name. The registers it needs
/// are those of AVX2, so the kernel's part is answered by that.
bool has_f16c() {
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_F16C) != 0;
}

/// Asked by hand for the same reason. The registers of FP16 are those of AVX-512.
bool has_all_of_leaf7_edx(unsigned bits) {
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (d & bits) == bits;
}

constexpr unsigned kAvx512Fp16 = 1U << 23;
constexpr unsigned kAmx = 1U << 22 | 1U << 24 | 1U << 25;  // bf16, tiles, bytes

/// The tiles' 8 KiB per thread are saved for those processes only that have asked (Linux 5.16).
bool may_use_tiles() {
  constexpr int kRequestPermission = 0x1023;  // ARCH_REQ_XCOMP_PERM
  constexpr int kTileData = 18;               // XFEATURE_XTILE_DATA
  static const bool granted = syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
  return granted;
}
#endif

}  // namespace

std::string_view name_of(Isa isa) { return kNames.at(static_cast<std::size_t>(isa)).second; }

std::optional<Isa> isa_from(std::string_view name) {
  for (const auto& [isa, known] : kNames)
    if (known == name) return isa;
  return std::nullopt;
}

bool includes(Isa most, Isa needed) {
  if (most == needed || needed == Isa::baseline) return true;
  switch (most) {
    case Isa::avx512:
      return needed == Isa::avx2;
    case Isa::avx512_bf16:
    case Isa::avx512_fp16:
    case Isa::avx512_vnni:
      return needed == Isa::avx512 || needed == Isa::avx2;
    case Isa::amx:
      return needed == Isa::avx512_bf16 || needed == Isa::avx512_vnni || includes(Isa::avx512_vnni, needed);
    case Isa::neon_dotprod:
      return needed == Isa::neon;
    case Isa::baseline:
    case Isa::avx2:
    case Isa::neon:
      return false;
  }
  return false;
}

// The compiler's runtime also asks the kernel (XGETBV) whether it saves the wide registers.
bool cpu_supports(Isa isa) {
#if defined(__x86_64__)
  const bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                  __builtin_cpu_supports("bmi2") && has_f16c();
  const bool v4 = v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                  __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
                  __builtin_cpu_supports("avx512cd");
  switch (isa) {
    case Isa::baseline:
      return true;
    case Isa::avx2:
      return v3;
    case Isa::avx512:
      return v4;
    case Isa::avx512_bf16:
      return v4 && __builtin_cpu_supports("avx512bf16");
    case Isa::avx512_fp16:
      return v4 && has_all_of_leaf7_edx(kAvx512Fp16);
    case Isa::avx512_vnni:
      return v4 && __builtin_cpu_supports("avx512vnni");
    case Isa::amx:
      return v4 && __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512vnni") &&
             has_all_of_leaf7_edx(kAmx) && may_use_tiles();
    case Isa::neon:
    case Isa::neon_dotprod:
      return false;
  }
  return false;
#elif defined(__aarch64__)
  if (isa == Isa::neon_dotprod) return (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0;
  return isa == Isa::baseline || isa == Isa::neon;
#else
  return isa == Isa::baseline;
#endif
}

}  // namespace hpct
