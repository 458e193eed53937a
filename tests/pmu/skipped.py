# SPDX-License-Identifier: Apache-2.0
"""What the bench needs and this machine does not have."""


class Skipped(Exception):
    """The bench cannot run here. The text says what is missing and how to get it."""
