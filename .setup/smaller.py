#!/usr/bin/env python3
"""Writes PNG files again with a palette: drawings and text have few colours.

    smaller.py FILE…

Reads what Chromium writes (8 bits, without interlacing). Channels are rounded to as many levels as leave
256 colours.
"""

import struct
import sys
import zlib


def chunks(data):
    place = 8
    while place < len(data):
        length, kind = struct.unpack(">I4s", data[place:place + 8])
        yield kind, data[place + 8:place + 8 + length]
        place += length + 12


def rows(packed, width, height, channels):
    """Undoes the filters of PNG (section 9 of its specification)."""
    data, stride = zlib.decompress(packed), width * channels
    last = bytearray(stride)
    for row in range(height):
        start = row * (stride + 1)
        kind, line = data[start], bytearray(data[start + 1:start + 1 + stride])
        for i in range(stride):
            left = line[i - channels] if i >= channels else 0
            corner = last[i - channels] if i >= channels else 0
            above = last[i]
            if kind == 1:
                line[i] = (line[i] + left) & 255
            elif kind == 2:
                line[i] = (line[i] + above) & 255
            elif kind == 3:
                line[i] = (line[i] + (left + above) // 2) & 255
            elif kind == 4:
                guess = left + above - corner
                near = min((abs(guess - left), 0, left), (abs(guess - above), 1, above),
                           (abs(guess - corner), 2, corner))[2]
                line[i] = (line[i] + near) & 255
        yield bytes(line)
        last = line


def smaller(path):
    with open(path, "rb") as file:
        parts = list(chunks(file.read()))
    header = dict(parts)[b"IHDR"]
    width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", header)
    channels = {2: 3, 6: 4}.get(colour)
    if channels is None or depth != 8 or interlace:
        raise SystemExit(f"{path}: not what Chromium writes")
    packed = b"".join(body for kind, body in parts if kind == b"IDAT")
    pixels = list(rows(packed, width, height, channels))
    for levels in (256, 64, 32, 16, 8, 6):
        shades = bytes(round(round(v * (levels - 1) / 255) * 255 / (levels - 1)) for v in range(256))
        rounded = [line.translate(shades) for line in pixels]
        found = {line[i:i + 3] for line in rounded for i in range(0, len(line), channels)}
        if len(found) <= 256:
            break
    palette = sorted(found)
    index = {pixel: place for place, pixel in enumerate(palette)}
    lines = b"".join(b"\0" + bytes(index[line[i:i + 3]] for i in range(0, len(line), channels))
                     for line in rounded)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        for kind, body in [
            (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            (b"PLTE", b"".join(palette)), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""),
        ]:
            file.write(struct.pack(">I", len(body)) + kind + body)
            file.write(struct.pack(">I", zlib.crc32(kind + body)))


for name in sys.argv[1:]:
    smaller(name)
