// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/qwen_batch/bytes256.h"
#include "workloads/kernels/qwen_batch/floats512.h"

/// AVX-512 without the dot product of bytes: wide vectors for floats, the loops of AVX2 for bytes.
namespace hpct::qwen_batch_kernels {

using namespace qwen;

extern const BatchKernels avx512;
const BatchKernels avx512{"avx512",
                          false,
                          multiply_floats<SixteenLanes>,
                          join_parts,
                          multiply_floats<SixteenLanes, FloatRows>,
                          multiply_floats<SixteenLanes, HalfRows>,
                          multiply_bytes<EightRows, RowsOfBytes<EightRows>>,
                          multiply_bytes<EightRows, RowsOfNibbles<EightRows>>,
                          round_rows};

}  // namespace hpct::qwen_batch_kernels
