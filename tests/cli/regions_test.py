# SPDX-License-Identifier: Apache-2.0
"""Regions as a user sees them: room for the timeline, fenced timestamps, and what happens without either."""
import json
import resource

from command_line import SMALL, CommandLineTest

ROWS = 48  # regions of SMALL beside the one around them


class Regions(CommandLineTest):
    def run_of(self, name, *arguments):
        return self.small_report(name, "--variant", "serial", *arguments)["runs"][0]

    def test_a_timeline_without_room_is_incomplete_and_the_sums_are_exact(self):
        run = self.run_of("a.hpct.json", "--timeline-records", "10")
        self.assertEqual(run["timeline"]["events"], 10)
        self.assertEqual(run["timeline"]["dropped"], ROWS + 1 - 10)
        self.assertEqual({r["path"]: r["calls"] for r in run["regions"]}, {"render": 1, "render/rows": ROWS})
        dropped = run["timeline"]["threads"][0]
        self.assertLessEqual(dropped["first_drop_ns"], dropped["last_drop_ns"])

    def test_an_incomplete_timeline_is_called_so_in_every_view(self):
        self.run_of("a.hpct.json", "--timeline-records", "10")
        self.assertIn("timeline incomplete: 39 of 49", self.hpct("show", "a.hpct.json", "--view", "kernels").stdout)
        self.assertIn("timeline lacks 39 of 49", self.hpct("show", "a.hpct.json", "--view", "findings").stdout)
        self.assertIn("timeline lacks 39 of 49", self.hpct("show", "a.hpct.json").stdout)

    def test_what_the_regions_cost_is_shown(self):
        run = self.run_of("a.hpct.json")
        cost = run["instrumentation"]
        self.assertEqual(cost["regions"], ROWS + 1)
        self.assertGreater(cost["pair_ns"], 1)
        shown = self.hpct("show", "a.hpct.json", "--view", "kernels").stdout
        self.assertIn(f"{ROWS + 1} regions at", shown)

    def test_a_region_names_its_place_and_the_spread_of_its_calls(self):
        row = next(r for r in self.run_of("a.hpct.json")["regions"] if r["path"] == "render/rows")
        self.assertTrue(row["file"].endswith("mandelbrot.cpp"))
        self.assertEqual(sum(row["histogram"]), ROWS)
        self.assertLessEqual(row["min_ns"], row["max_ns"])

    def test_fenced_and_unfenced_runs_are_not_comparable(self):
        plain = self.run_of("plain.hpct.json", "--repetitions", "6")
        fenced = self.run_of("fenced.hpct.json", "--repetitions", "6", "--fenced")
        if plain["instrumentation"]["clock"] == "clock_gettime":
            self.skipTest("no register to read the time from")
        self.assertIn("_fenced ", fenced["instrumentation"]["clock"])
        result = self.hpct("gate", "plain.hpct.json", "fenced.hpct.json")
        self.assertEqual(result.returncode, 4, result.stdout)
        self.assertIn("region clock", result.stdout)

    def test_the_environment_can_ask_for_fenced_timestamps(self):
        self.environment["HPCT_FENCED"] = "1"
        clock = self.run_of("a.hpct.json")["instrumentation"]["clock"]
        self.assertTrue("_fenced" in clock or clock == "clock_gettime", clock)

    def test_impossible_numbers_of_records_are_refused(self):
        for number in ["0", "-1", "many", "1e12"]:
            self.assert_refused(self.hpct("run", *SMALL, "--timeline-records", number), "--timeline-records")

    def test_a_timeline_that_cannot_be_written_costs_the_timeline_only(self):
        (self.folder / "a.hpct.timeline.json").mkdir()
        report = self.small_report("a.hpct.json", "--variant", "serial")
        self.assertNotIn("timeline", report["runs"][0])
        self.assertEqual(len([w for w in report["warnings"] if w.startswith("there is no timeline: ")]), 1)
        self.assertEqual(len(report["runs"][0]["regions"]), 2)

    def test_a_program_runs_without_regions_where_no_memory_can_be_shared(self):
        def small_files():
            resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))

        result = self.hpct("run", "-o", "a.hpct.json", "--", "echo", "hello", preexec_fn=small_files)
        self.assertEqual(result.returncode, 0, result.stderr)
        warnings = json.loads((self.folder / "a.hpct.json").read_text())["warnings"]
        self.assertEqual(len([w for w in warnings if "its regions are not recorded" in w]), 1, warnings)

    def test_a_program_without_regions_has_none(self):
        self.hpct("run", "-o", "a.hpct.json", "--", "true")
        run = json.loads((self.folder / "a.hpct.json").read_text())["runs"][0]
        self.assertEqual(run["regions"], [])
        self.assertNotIn("instrumentation", run)

    def test_an_hpct_prof_inside_keeps_its_regions_for_itself(self):
        from command_line import PROGRAM
        self.hpct("run", "-o", "outer.hpct.json", "--", PROGRAM, "run", *SMALL, "-o", "inner.hpct.json")
        outer, inner = (json.loads((self.folder / f"{n}.hpct.json").read_text())["runs"][0] for n in ["outer", "inner"])
        self.assertEqual(outer["regions"], [])
        self.assertGreater(len(inner["regions"]), 0)

    def test_a_compressed_timeline_moves_with_its_report(self):
        large = ["mandelbrot", "--set", "width=8", "--set", "height=16384", "--variant", "serial", "--no-ceilings",
                 "--repetitions", "1"]
        for _ in range(2):
            self.assertEqual(self.hpct("run", *large, "-o", "a.hpct.json").returncode, 0)
        for name in ["a", "a.previous"]:
            link = json.loads((self.folder / f"{name}.hpct.json").read_text())["runs"][0]["timeline"]
            self.assertEqual(link["file"], f"{name}.hpct.timeline.json.zst")
            self.assertTrue((self.folder / link["file"]).exists())
            self.assertLess((self.folder / link["file"]).stat().st_size, 12 * link["events"])
