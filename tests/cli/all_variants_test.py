# SPDX-License-Identifier: Apache-2.0
"""Every workload with every variant, at sizes that take no time: what a build with sanitizers is run on, and a guard of any other."""
import platform
import re
import unittest

from command_line import CommandLineTest
from tiny_model import tiny_model

# Odd sizes on purpose: no multiple of a vector, a block, a page or a team. The first of each runs with 1, 2 and 3 threads, the others
# with 3, which divide nothing evenly.
CASES = {
    "1brc": ["rows=40k", "rows=1", "rows=20k stations=10k", "input=rows.txt"],
    "mandelbrot": [f"view={view} width=97 height=61" for view in range(1, 7)] + ["width=1 height=1", "width=33 height=2 iterations=3"],
    "qwen-decode": ["model=tiny context=77", "model=tiny context=0 kv=f16 sampling=top-k k=7", "model=tiny context=33 kv=int8 sampling=top-p",
                    "model=tiny tokens=5,1,300", "model=tiny context=37 page=5 kv=int8", "model=./tiny.gguf context=9", "model=./tiny.gguf tokens=1,2,3 kv=int8"],
    "qwen-matvec": ["model=tiny matrix=down", "model=tiny matrix=qkv rows=33", "model=tiny matrix=lm_head rows=1"],
    "qwen-matmul": ["model=tiny matrix=down batch=5", "model=tiny matrix=lm_head rows=1 batch=1"],
    "qwen-attention": ["model=tiny context=77 batch=3", "model=tiny context=1 batch=1 kv=f16", "model=tiny context=130 batch=2 kv=int8"],
    "qwen-rmsnorm": ["model=tiny rows=37", "model=0.5B rows=1"],
    "qwen-rope": ["model=tiny rows=37", "model=0.5B rows=1"],
    "qwen-swiglu": ["model=tiny rows=37", "model=0.5B rows=1"],
    "qwen-sampling": ["model=tiny rows=5", "model=tiny rows=5 sampling=argmax", "model=tiny rows=5 sampling=top-k k=3"],
    "qwen-prefill": ["model=tiny prompt=33", "model=tiny prompt=1 kv=int8", "model=./tiny.gguf tokens=1,2,3"],
    "qwen-serving": ["model=tiny batch=3 requests=5 prompt=7 answer=4 page=3", "model=tiny batch=2 requests=3 prompt=5 answer=3 page=1 isa=scalar",
                     "model=tiny batch=5 requests=6 prompt=9 answer=5 layout=contiguous isa=avx2 gap=0 weights=int4 kv=int8",
                     "model=./tiny.gguf batch=2 requests=3 prompt=5 answer=3 kv=f16"],
    "qwen-speculative": ["model=tiny context=19 tokens=11 draft=3", "model=tiny context=1 tokens=5 acceptance=0 isa=scalar",
                         "model=tiny context=40 tokens=9 acceptance=1 isa=avx2 weights=int8 kv=f16"],
    "saxpy": ["size=12345", "size=1"],
    "sqrt": ["size=12345", "size=17 input=worst"],
    "vector-exp": ["size=12345", "size=1"],
    "ceilings": [],  # see the last test
}


class AllVariants(CommandLineTest):
    def run_all(self, workload, setting, threads):
        if platform.machine() != "x86_64":
            setting = setting.replace("isa=avx2", "isa=neon")
        settings = [word for assignment in setting.split() for word in ("--set", assignment)]
        result = self.hpct("run", workload, "--variant", "all", "--threads", threads, "--repetitions", "1", "--no-ceilings",
                           "--counters", "none", *settings)
        self.assertEqual(result.returncode, 0, f"{workload} {setting}, {threads} threads:\n{result.stderr}")

    def test_compute_the_right_result(self):
        self.write("rows.txt", "".join(f"{'x' * length};{length - 50}.{length % 10}\n" for length in range(1, 101)) * 2 + "the end;0.0")
        self.write("tiny.gguf", tiny_model())
        for workload, settings in CASES.items():
            for number, setting in enumerate(settings):
                for threads in (1, 2, 3) if number == 0 else (3,):
                    with self.subTest(workload=workload, setting=setting, threads=threads):
                        self.run_all(workload, setting, threads)

    def test_none_is_forgotten(self):
        listed = self.hpct("list").stdout.split("\nCOUNTERS\n")[0]
        self.assertEqual(sorted(re.findall(r"^([a-z0-9-]+): ", listed, re.MULTILINE)), sorted(CASES))

    def test_ceilings(self):
        self.run_all("ceilings", "quick=1", 3)


if __name__ == "__main__":
    unittest.main()
