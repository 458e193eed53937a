# SPDX-License-Identifier: Apache-2.0
"""A whole Qwen2 model of two small layers as a GGUF file, written byte by byte after the format's description."""
import random
import struct

HIDDEN, LAYERS, HEADS, KV_HEADS, HEAD_DIM, INTERMEDIATE, VOCABULARY = 64, 2, 4, 2, 32, 96, 331
QUERIES, KEYS = HEADS * HEAD_DIM, KV_HEADS * HEAD_DIM


def text(value):
    return struct.pack("<Q", len(value)) + value.encode()


def entries(architecture="qwen2", **changes):
    """The metadata as (count, bytes)."""
    numbers = {"block_count": LAYERS, "embedding_length": HIDDEN, "feed_forward_length": INTERMEDIATE, "attention.head_count": HEADS,
               "attention.head_count_kv": KV_HEADS, "attention.key_length": HEAD_DIM, **changes}
    body = text("general.architecture") + struct.pack("<I", 8) + text(architecture)
    for name, value in numbers.items():
        body += text("qwen2." + name) + struct.pack("<II", 4, value)
    return 1 + len(numbers), body


def tensors():
    """name, sizes with the neighbours first, elements."""
    layer = [("attn_norm.weight", [HIDDEN]), ("ffn_norm.weight", [HIDDEN]), ("attn_q.weight", [HIDDEN, QUERIES]),
             ("attn_k.weight", [HIDDEN, KEYS]), ("attn_v.weight", [HIDDEN, KEYS]), ("attn_q.bias", [QUERIES]),
             ("attn_k.bias", [KEYS]), ("attn_v.bias", [KEYS]), ("attn_output.weight", [QUERIES, HIDDEN]),
             ("ffn_gate.weight", [HIDDEN, INTERMEDIATE]), ("ffn_up.weight", [HIDDEN, INTERMEDIATE]),
             ("ffn_down.weight", [INTERMEDIATE, HIDDEN])]
    return [("token_embd.weight", [HIDDEN, VOCABULARY]), ("output_norm.weight", [HIDDEN])] + \
        [(f"blk.{number}.{name}", sizes) for number in range(LAYERS) for name, sizes in layer]


def tiny_model(shapes=None, **changes):
    """The bytes of the file: matrices as f16, vectors as f32. `shapes` replaces sizes by tensor name."""
    draw = random.Random(1)
    listed, data = b"", b""
    for name, sizes in tensors():
        matrix = len(sizes) == 2
        count = sizes[0] * sizes[1] if matrix else sizes[0]
        values = [draw.uniform(-0.2, 0.2) if matrix or "bias" in name else 1.0 for _ in range(count)]
        sizes = (shapes or {}).get(name, sizes)
        listed += text(name) + struct.pack(f"<I{len(sizes)}QIQ", len(sizes), *sizes, 1 if matrix else 0, len(data))
        data += struct.pack(f"<{count}{'e' if matrix else 'f'}", *values)
        data += bytes(-len(data) % 32)
    count, metadata = entries(**changes)
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors()), count) + metadata + listed
    return head + bytes(-len(head) % 32) + data
