# SPDX-License-Identifier: Apache-2.0
"""The work that workloads declare, against instructions that a PMU counted while they ran.

An emulated core counts instructions and cycles, and nothing else: what it says of flops and bytes must come out
as missing. So the truth here is of another kind: work that grows by some amount takes that many times the
instructions of its loop more, and in this machine an instruction is two nanoseconds of the guest's clock.
"""
from guest_case import GuestCase

SAXPY = (16_000, 32_000, 64_000)  # multiples of what a compiler may unroll
MANDELBROT = (256, 512, 1024)  # iterations
ONEBRC = (4_000, 8_000, 16_000)  # rows
CONTEXT = (64, 128, 192)
RUN = "hpct-prof run --no-ceilings --counters instructions,flops.sp,l1d.misses --repetitions 3"


class Workloads(GuestCase):
    CPU = "cortex-a57"
    COMMANDS = f"""
for n in {" ".join(map(str, SAXPY))}; do
  {RUN} saxpy --variant serial --set size=$n -o r.json >/dev/null 2>&1; answer saxpy$n cat r.json
done
for n in {" ".join(map(str, MANDELBROT))}; do
  {RUN} mandelbrot --variant serial --set width=48 --set height=36 --set iterations=$n -o r.json >/dev/null 2>&1
  answer mandelbrot$n cat r.json
done
for n in {" ".join(map(str, ONEBRC))}; do
  {RUN} 1brc --variant swar --set rows=$n -o r.json >/dev/null 2>&1; answer onebrc$n cat r.json
done
for n in {" ".join(map(str, CONTEXT))}; do
  {RUN} qwen-decode --variant naive --set model=tiny --set context=$n -o r.json >/dev/null 2>&1
  answer decode$n cat r.json
done
"""
    SIZES = {"saxpy": SAXPY, "mandelbrot": MANDELBROT, "onebrc": ONEBRC, "decode": CONTEXT}

    def column(self, workload, name):
        """`name` of the workload's runs, in order of their sizes."""
        return [self.run_values(f"{workload}{size}")[name]["number"] for size in self.SIZES[workload]]

    def slopes(self, workload, work):
        """Instructions per unit of `work` that was added, between neighbouring sizes."""
        counted, declared = self.column(workload, "instructions"), self.column(workload, work)
        return [(counted[i + 1] - counted[i]) / (declared[i + 1] - declared[i]) for i in (0, 1)]

    def test_all_results_are_right(self):
        for workload, sizes in self.SIZES.items():
            for size in sizes:
                self.assertTrue(self.answer(f"{workload}{size}").json()["runs"][0]["check"]["ok"], workload)

    def test_elements_of_saxpy_take_a_whole_number_of_instructions_each(self):
        slopes = self.slopes("saxpy", "work.items")
        self.assertEqual(slopes[0], slopes[1])
        self.assertEqual(slopes[0] * 16, int(slopes[0] * 16))  # per round of an unrolled or vectorised loop

    def test_flops_of_saxpy_are_not_more_than_its_instructions_can_do(self):
        # A vector of 128 bits makes 4 products or sums at once; loads, stores and the loop come on top.
        self.assertGreater(self.slopes("saxpy", "work.flops")[0], 1 / 4)

    def test_iterations_of_mandelbrot_take_the_same_instructions_whatever_their_number(self):
        # Pixels that escape between two limits leave by the other door: some instructions each.
        slopes = [slope * 8 for slope in self.slopes("mandelbrot", "work.flops")]  # 8 flop per iteration
        self.assertAlmostEqual(slopes[0], slopes[1], delta=0.01)
        self.assertAlmostEqual(slopes[0], round(slopes[0]), delta=0.01)

    def test_an_iteration_of_mandelbrot_has_instructions_for_its_flops(self):
        # 8 flop without fused operations, of which one is a doubling that may share a product.
        slope = self.slopes("mandelbrot", "work.flops")[0] * 8
        self.assertGreaterEqual(slope, 7)
        self.assertLess(slope, 20)

    def test_rows_of_1brc_take_the_same_instructions_whatever_their_number(self):
        slopes = self.slopes("onebrc", "work.items")
        self.assertAlmostEqual(slopes[0] / slopes[1], 1, delta=0.03)  # rows differ in length

    def test_bytes_of_1brc_are_looked_at_eight_at_a_time(self):
        slope = self.slopes("onebrc", "work.bytes_read")[0]
        self.assertGreater(slope, 1 / 8)
        self.assertLess(slope, 20)

    def test_tokens_in_the_context_take_the_same_instructions_each(self):
        slopes = self.slopes("decode", "work.flops")
        self.assertAlmostEqual(slopes[0] / slopes[1], 1, delta=0.001)

    def test_flops_of_attention_are_not_more_than_its_instructions_can_do(self):
        slope = self.slopes("decode", "work.flops")[0]
        self.assertGreater(slope, 1)  # one element at a time, no fused operations
        self.assertLess(slope, 10)

    def test_the_guests_clock_agrees_with_the_counter(self):
        for workload in self.SIZES:  # what the kernel executes meanwhile comes on top
            seconds, instructions = self.column(workload, "time.wall"), self.column(workload, "instructions")
            ratio = (seconds[-1] - seconds[0]) / ((instructions[-1] - instructions[0]) * 2e-9)
            self.assertGreater(ratio, 0.99, workload)
            self.assertLess(ratio, 1.2, workload)

    def test_flops_and_misses_that_nobody_counted_are_missing_and_not_0(self):
        for workload, sizes in self.SIZES.items():
            values = self.run_values(f"{workload}{sizes[0]}")
            self.assertIsNone(values["flops.sp"].get("number"), workload)
            self.assert_missing(values["l1d.misses"], "counts_nothing")
