# SPDX-License-Identifier: Apache-2.0
"""The cache of arm64 packages, without a network."""
import tempfile
import unittest
from pathlib import Path

import packages

ROOT = Path(__file__).resolve().parents[2]


class Cache(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def filled(self):
        (self.folder / "one.deb").write_bytes(b"package")
        packages.write_manifest(self.folder)
        return self.folder / "one.deb"

    def test_what_was_downloaded_is_whole(self):
        self.filled()
        self.assertTrue(packages.is_whole(self.folder))

    def test_a_damaged_package_is_noticed(self):
        self.filled().write_bytes(b"packagf")
        self.assertFalse(packages.is_whole(self.folder))

    def test_a_lost_package_is_noticed(self):
        self.filled().unlink()
        self.assertFalse(packages.is_whole(self.folder))

    def test_an_empty_folder_is_not_whole(self):
        self.assertFalse(packages.is_whole(self.folder))

    def test_other_packages_get_another_folder(self):
        self.assertNotEqual(packages.cache_folder(["a"]), packages.cache_folder(["a", "b"]))

    def test_the_libraries_of_the_build_are_among_the_packages(self):
        self.assertIn("libpapi-dev", packages.wanted(ROOT))
