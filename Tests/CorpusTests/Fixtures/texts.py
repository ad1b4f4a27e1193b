"""Random texts of every kind that tokenizers stumble over."""

import random
import unicodedata

ASSIGNED = [
    chr(c)
    for c in range(0x110000)
    if unicodedata.category(chr(c)) not in ("Cn", "Cs", "Co")
]
WORDS = (
    "the of and a model reads text don't I'm they've we'll ½ naïve café Straße 12345 3.14 "
    "x=y return def func() {} [0] <html> http://a.b/c?d=e#f C++ snake_case CamelCase --- ... !!! "
    "don't do not 're ' n't , . ? Hello World ünïcödé Ωμέγα привет мир 東京 中文字符 ひらがな "
    "カタカナ 한국어 שלום عربى हिन्दी ไทย ﷺ ﬁ ① Ⅷ ㌔ ｶﾞ ＜ｓ＞"
).split(" ")
MARKS = ["\u0301", "\u0308", "\u0327", "\u20dd", "\u0345", "\u05b0", "\u0650", "\u3099", "\u0e31"]
EMOJI = ["😀", "👍🏽", "👩‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪", "❤️", "1️⃣", "🧑🏿‍🚀"]
BLANKS = [" ", "  ", "\t", "\n", "\r\n", "\n\n", "\u00a0", "\u3000", "\u0085", "\u180e", "\u2028",
          "\u200b", "\u200d", "\ufeff", "\u2009", "\u2581", "\x0b", "\x0c"]
CONTROLS = [chr(c) for c in list(range(0x00, 0x20)) + list(range(0x7F, 0xA0))] + ["\ufffd"]
MARKUP = ["<s>", "</s>", "<unk>", "<pad>", "[CLS]", "[SEP]", "[UNK]", "[MASK]", "<|endoftext|>",
          "<|im_start|>", "<|im_end|>", "<|user|>", "<|end|>", "[INST]", "[/INST]", "<0x41>", "##a",
          "[REFERENCE_DOC_1]", "<extra>", "<sep>"]
CJK = [chr(c) for c in list(range(0x4E00, 0x4F00)) + list(range(0x3040, 0x30FF))
       + list(range(0xAC00, 0xAC80)) + [0x20000, 0x2A6DF, 0xF900, 0x2F800]]
RIGHT_TO_LEFT = [chr(c) for c in list(range(0x05D0, 0x05EB)) + list(range(0x0621, 0x064B))]
ASCII = [chr(c) for c in range(0x20, 0x7F)]
CODE = ["    ", "\t", "if (", ") {", "};", "\n", "==", "->", "//", "/*", "*/", '"', "'", "\\n", "_"]


def text(rng):
    """One text; most are mixtures."""

    def piece():
        kind = rng.randrange(16)
        if kind < 4:
            return rng.choice(WORDS) + rng.choice(["", " ", " ", " "])
        if kind == 4:
            return rng.choice(ASCII)
        if kind == 5:
            return "".join(rng.choice(CJK) for _ in range(rng.randrange(1, 6)))
        if kind == 6:
            return rng.choice(ASCII) + rng.choice(MARKS) * rng.randrange(1, 3)
        if kind == 7:
            return rng.choice(EMOJI)
        if kind == 8:
            return "".join(rng.choice(RIGHT_TO_LEFT) for _ in range(rng.randrange(1, 6)))
        if kind == 9:
            return rng.choice(BLANKS)
        if kind == 10:
            return rng.choice(CONTROLS)
        if kind == 11:
            return rng.choice(MARKUP)
        if kind == 12:
            return rng.choice(CODE)
        if kind == 13:
            return rng.choice(ASSIGNED)
        if kind == 14:
            return rng.choice([" ", "a", "\u2581", "=", "é", "\n", "!", "東"]) * rng.choice(
                [2, 3, 7, 30 if rng.random() < 0.3 else 4])
        return "".join(rng.choice(ASCII[:95]) for _ in range(rng.randrange(1, 8)))

    return "".join(piece() for _ in range(rng.choice([0, 1, 2, 3, 5, 8, 12])))


def texts(count, seed):
    rng = random.Random(seed)
    return [text(rng) for _ in range(count)]
