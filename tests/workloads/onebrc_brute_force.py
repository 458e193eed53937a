#SPDX - License - Identifier : Apache - 2.0
"""The One Billion Row Challenge in the plainest way, with exact decimals: FILE -> result on stdout."""
import sys
from decimal import Decimal
from fractions import Fraction

values = {}
with open(sys.argv[1], "rb") as file:
    for line in file.read().split(b"\n"):
        if line:
            name, number = line.split(b";")
            values.setdefault(name, []).append(Decimal(number.decode()))


def text(value):
    return format(value + 0, ".1f")  # + 0 makes -0.0 plain


def mean(numbers):
#floor(10 x + 1 / 2) / 10 : half up, towards positive infinity
    tenths = (Fraction(sum(numbers)) * 10 / len(numbers) + Fraction(1, 2)).__floor__()
    return Decimal(tenths).scaleb(-1)


parts = []
for name in sorted(values):
    numbers = values[name]
    triple = "/".join(text(v) for v in (min(numbers), mean(numbers), max(numbers)))
    parts.append(name + b"=" + triple.encode())
sys.stdout.buffer.write(b"{" + b", ".join(parts) + b"}")
