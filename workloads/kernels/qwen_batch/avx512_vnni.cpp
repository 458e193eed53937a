// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/qwen_batch/bytes512.h"
#include "workloads/kernels/qwen_batch/floats512.h"

/// AVX-512 with VNNI for bytes; floats as without.
namespace hpct::qwen_batch_kernels {

using namespace qwen;

extern const BatchKernels avx512_vnni;
const BatchKernels avx512_vnni{"avx512_vnni",
                               false,
                               multiply_floats<SixteenLanes>,
                               join_parts,
                               multiply_floats<SixteenLanes, FloatRows>,
                               multiply_floats<SixteenLanes, HalfRows>,
                               multiply_bytes<SixteenRows, RowsOfBytes<SixteenRows>>,
                               multiply_bytes<SixteenRows, RowsOfNibbles<SixteenRows>>,
                               round_rows};

}  // namespace hpct::qwen_batch_kernels
