# SPDX-License-Identifier: Apache-2.0
"""hpct-prof on an emulated arm64 CPU: every variant of every workload, at sizes that emulation can bear.

What is asserted is what was computed. How long it took says nothing about any CPU.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from emulated import EVERYTHING, WITHOUT_DOT_PRODUCTS, Emulated

FORMATS = {"neon", "f16-neon", "int8-neon", "int8-dotprod", "int4-neon", "int4-dotprod", "int4g128-neon", "int4g128-dotprod"}
BATCHES = ("--set", "model=tiny", "--set", "layers=1")


class WholeTool(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.emulated = Emulated(Path(os.environ["HPCT_ARM64_FOLDER"]))

    def tool(self, *arguments, cpu=EVERYTHING, status=0):
        """What hpct-prof printed; it must end with `status`. It sees no setting and no cache of this machine's user."""
        environment = {"HOME": str(self.folder), "XDG_CACHE_HOME": str(self.folder), "PATH": os.environ["PATH"]}
        done = self.emulated.run("hpct/cli/hpct-prof", *arguments, cpu=cpu, cwd=self.folder, env=environment,
                                 stdin=subprocess.DEVNULL, capture_output=True, text=True)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout

    def report(self, workload, *arguments, cpu=EVERYTHING):
        """The report of one repetition on two threads; all its results are right."""
        self.tool("run", workload, "--repetitions", "1", "--threads", "2", "--counters", "none", "--no-ceilings",
                  *arguments, "-o", "report.json", cpu=cpu)
        report = json.loads((self.folder / "report.json").read_text())
        for run in report["runs"]:
            self.assertTrue(run["check"]["ok"], f"{run['variant']}: {run['check']}")
        return report

    def right_variants(self, workload, *settings, cpu=EVERYTHING):
        """All variants of `workload`, by name, with the instruction set of each."""
        runs = self.report(workload, "--variant", "all", *settings, cpu=cpu)["runs"]
        return {run["variant"]: run["isa"] for run in runs}

    def assert_right(self, wanted, workload, *settings):
        """All variants give the right result, and those `wanted` are exactly those that NEON makes."""
        variants = self.right_variants(workload, *settings)
        self.assertEqual({name for name, isa in variants.items() if isa.startswith("neon")}, set(wanted))
        self.assertGreater(len(variants), len(wanted))

    def listed(self, **cpu):
        """What list says of each variant, and of each counter."""
        lines = re.findall(r"^  ([a-z0-9-]+) +(\S.*(?:\n {8,}.*)*)", self.tool("list", **cpu), re.M)
        return {name: " ".join(summary.split()) for name, summary in lines}

    def test_list_shows_neon_variants_and_none_of_another_architecture(self):
        names = self.listed().keys()
        self.assertLessEqual({"neon", "neon-masked", "int4-neon", "int4-dotprod", "threads-neon", "neon-tokens"}, names)
        self.assertFalse([name for name in names if "avx" in name or "vnni" in name])

    def test_list_says_what_a_cpu_without_dot_products_cannot_run(self):
        for cpu, unable in ((EVERYTHING, set()), (WITHOUT_DOT_PRODUCTS, {"int8-dotprod", "int4-dotprod", "int4g128-dotprod"})):
            self.assertEqual({name for name, text in self.listed(cpu=cpu).items() if "not on this CPU" in text}, unable)

    def test_a_report_does_not_name_the_host_s_cpu(self):
        cpu = self.report("saxpy", "--set", "size=1000")["machine"]["cpu"]
        self.assertEqual(cpu["architecture"], "aarch64")
        self.assertEqual(cpu["model"], "emulated aarch64 CPU")

    def test_a_cpu_without_dot_products_runs_all_variants_but_theirs(self):
        small = ("--set", "model=tiny", "--set", "context=20")
        all_variants = self.right_variants("qwen-decode", *small)
        without = self.right_variants("qwen-decode", *small, cpu=WITHOUT_DOT_PRODUCTS)
        self.assertEqual(all_variants.keys() - without.keys(), {"int8-dotprod", "int4-dotprod", "int4g128-dotprod"})
        self.assertEqual(without.keys() - all_variants.keys(), set())

    def test_a_report_says_on_what_it_was_made(self):
        cpu = self.report("saxpy", "--set", "size=1000")["machine"]["cpu"]
        self.assertEqual((cpu["architecture"], cpu["isa"]), ("aarch64", ["baseline", "neon", "neon_dotprod"]))

    def test_kernels_for_dot_products_define_nothing_that_a_cpu_without_them_could_be_given(self):
        script = Path(__file__).resolve().parents[1] / "project/isa_symbols_test.py"
        done = subprocess.run([sys.executable, script, self.emulated.build / "hpct", "aarch64-linux-gnu-nm"],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_what_run_writes_show_reads(self):
        self.report("1brc", "--variant", "all", "--set", "rows=2000")
        self.assertIn("neon", self.tool("show", "report.json", "--view", "ladder"))

    def test_doctor_comes_to_its_end(self):
        self.assertIn("counters", self.tool("doctor").lower())

    def test_every_variant_of_1brc_is_right(self):
        for stations in ("413", "10k"):
            self.assert_right({"neon"}, "1brc", "--set", "rows=20000", "--set", f"stations={stations}")

    def test_every_variant_of_mandelbrot_is_right(self):
        for view in ("1", "5"):
            self.assert_right({"neon", "neon-masked", "neon-fused"}, "mandelbrot", "--set", f"view={view}", "--set", "width=60",
                              "--set", "height=40")

    def test_every_variant_of_saxpy_is_right(self):
        self.assert_right({"threads-neon"}, "saxpy", "--set", "size=1003")

    def test_every_variant_of_sqrt_is_right(self):
        self.assert_right({"threads-neon"}, "sqrt", "--set", "size=1003")

    def test_every_variant_of_vector_exp_is_right(self):
        self.assert_right({"threads-neon"}, "vector-exp", "--set", "size=1003")

    def test_every_variant_of_qwen_decode_is_right_with_every_cache(self):
        for cache in ("bf16", "f16", "int8"):
            self.assert_right(FORMATS, "qwen-decode", "--set", "model=tiny", "--set", "context=70", "--set", f"kv={cache}")

    def test_every_variant_of_qwen_matvec_is_right(self):
        for matrix in ("qkv", "down"):
            self.assert_right(FORMATS, "qwen-matvec", "--set", "model=tiny", "--set", f"matrix={matrix}")

    def test_every_variant_of_qwen_attention_is_right_with_every_cache(self):
        for cache in ("bf16", "f16", "int8"):
            self.assert_right({"neon"}, "qwen-attention", "--set", "model=tiny", "--set", "context=70", "--set", f"kv={cache}")

    def test_every_variant_of_qwen_rmsnorm_is_right(self):
        self.assert_right({"neon"}, "qwen-rmsnorm", "--set", "model=tiny", "--set", "rows=5")

    def test_every_variant_of_qwen_rope_is_right(self):
        self.assert_right({"neon"}, "qwen-rope", "--set", "model=tiny", "--set", "rows=5")

    def test_every_variant_of_qwen_swiglu_is_right(self):
        self.assert_right({"neon"}, "qwen-swiglu", "--set", "model=tiny", "--set", "rows=5")

    def test_every_variant_of_qwen_sampling_is_right(self):
        self.assert_right({"neon"}, "qwen-sampling", "--set", "model=tiny", "--set", "rows=5", "--set", "sampling=argmax")

    def test_every_variant_of_qwen_prefill_is_right(self):
        self.assert_right({"neon", "neon-tokens"}, "qwen-prefill", *BATCHES, "--set", "prompt=20")

    def test_every_variant_of_qwen_serving_is_right_with_neon(self):
        variants = self.right_variants("qwen-serving", *BATCHES, "--set", "requests=4", "--set", "prompt=8", "--set", "answer=3",
                                       "--set", "batch=2")
        self.assertEqual(set(variants.values()), {"neon"})

    def test_every_variant_of_qwen_speculative_is_right_with_neon(self):
        variants = self.right_variants("qwen-speculative", *BATCHES, "--set", "context=20", "--set", "tokens=8")
        self.assertEqual(set(variants.values()), {"neon"})


if __name__ == "__main__":
    unittest.main()
