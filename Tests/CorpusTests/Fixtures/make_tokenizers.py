"""Trains a tiny tokenizer for each set of components, and writes what the libraries make of texts.

    python make_tokenizers.py FOLDER [TEXTS [large]]

Needs `tokenizers`, `sentencepiece` and `protobuf`. For each tokenizer FOLDER gets `NAME.json` (the
form of tokenizer.json) or `NAME.model` (SentencePiece), and `NAME.vectors.jsonl`: `[ids, text]` for
each of the TEXTS (200 by default) of `texts.py` with seed 7, which are written to `texts.json`.
What is trained depends on the order of the libraries' tables: a second run trains other tokenizers.
`large` adds tokenizers with SentencePiece's own maps of characters, which take a megabyte.
"""

import io
import json
import os
import sys
import tempfile

os.environ["TOKENIZERS_PARALLELISM"] = "false"

import sentencepiece
from sentencepiece import sentencepiece_model_pb2 as proto
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from tokenizers import trainers

import texts as random_texts

CORPUS = [
    "The quick brown fox doesn't jump over the lazy dog; it sleeps, and so do not we.",
    "A tokenizer cuts a text into pieces, and a model learns what pieces follow one another.",
    "def read(text):\n    return [word for word in text.split() if word != '']\n",
    "naïve café, Straße und Übermut: déjà vu. 3.14 and 12345 are numbers, ½ is one too.",
    "привет мир, это текст. שלום עולם. 東京は日本の首都です。中文字符 한국어 텍스트",
    "x == y -> http://a.b/c?d=e#f snake_case CamelCase <html> [0] {1} (2) don't they're we'll",
] * 4


def sentence_piece(name, folder, edit=None, **options):
    writer = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(line for text in CORPUS for line in text.split("\n") if line),
        model_writer=writer, hard_vocab_limit=False, minloglevel=2, num_threads=1, **options)
    model = proto.ModelProto.FromString(writer.getvalue())
    if edit:
        edit(model)
    # What the tokenizers make of texts does not depend on what they were trained with.
    for field in ("input", "model_prefix", "self_test_sample_size"):
        model.trainer_spec.ClearField(field)
    model.normalizer_spec.ClearField("normalization_rule_tsv")
    path = os.path.join(folder, name + ".model")
    with open(path, "wb") as file:
        file.write(model.SerializeToString())
    return sentencepiece.SentencePieceProcessor(model_file=path)


def small_map():
    """A map of characters: full-width letters and ligatures, blanks, controls."""
    rules = "".join(
        f"{a:X}\t{' '.join(f'{ord(c):X}' for c in b)}\n"
        for a, b in [(0xFF21 + i, chr(65 + i)) for i in range(26)]
        + [(0xFF1C, "<"), (0xFF1E, ">"), (0xFF53, "s"), (0xFB01, "fi"), (0xBD, "1⁄2"), (0xE9, "e"),
           (0x2460, "1"), (0x3000, " "), (0xA0, " "), (9, " "), (10, " "), (13, " "), (0x200B, " "),
           (0x2009, " "), (0x300, ""), (1, ""), (2, ""), (0xFDFA, "صلى الله"), (0x1F600, ":-)")])
    rules += "65 301\t45\n6F 308\tF6\n0D 0A\t20\n"
    with tempfile.NamedTemporaryFile("w", suffix=".tsv", delete=False, encoding="utf-8") as file:
        file.write(rules)
    return file.name


def set_user_defined(model):
    for piece in model.pieces:
        if piece.piece in ("▁the", "er"):
            piece.type = piece.USER_DEFINED


def set_unused(model):
    for piece in model.pieces[40:60]:
        if len(piece.piece) > 1:
            piece.type = piece.UNUSED


def keep_blanks(model):
    model.normalizer_spec.escape_whitespaces = False


def sentence_pieces(folder):
    rules = small_map()
    try:
        yield from sentence_pieces_with(rules, folder)
    finally:
        os.remove(rules)


def sentence_pieces_with(rules, folder):
    unigram = dict(model_type="unigram", vocab_size=260)
    merges = dict(model_type="bpe", vocab_size=260)
    bytes_too = dict(byte_fallback=True, vocab_size=420)
    plain = dict(normalization_rule_name="identity", remove_extra_whitespaces=False)
    symbols = dict(user_defined_symbols=["<sep>", "[REFERENCE_DOC_1]", "do not"],
                   control_symbols=["[INST]", "[/INST]"])
    yield "sp-unigram", sentence_piece(
        "sp-unigram", folder, normalization_rule_tsv=rules, **unigram)
    yield "sp-unigram-bytes", sentence_piece(
        "sp-unigram-bytes", folder, set_user_defined, **{**unigram, **bytes_too}, **plain, **symbols)
    yield "sp-unigram-unused", sentence_piece(
        "sp-unigram-unused", folder, set_unused, normalization_rule_tsv=rules,
        add_dummy_prefix=False, unk_surface="?", **unigram)
    yield "sp-unigram-suffix", sentence_piece(
        "sp-unigram-suffix", folder, treat_whitespace_as_suffix=True,
        normalization_rule_tsv=rules, **unigram)
    yield "sp-merges", sentence_piece(
        "sp-merges", folder, normalization_rule_tsv=rules, character_coverage=0.98, **merges)
    yield "sp-merges-bytes", sentence_piece(
        "sp-merges-bytes", folder, **{**merges, **bytes_too}, **plain, **symbols)
    yield "sp-merges-across", sentence_piece(
        "sp-merges-across", folder, split_by_whitespace=False, pad_id=3, **merges, **plain)
    yield "sp-merges-unmarked", sentence_piece(
        "sp-merges-unmarked", folder, keep_blanks, normalization_rule_tsv=rules, **merges)


def large_sentence_pieces(folder):
    for rule in ("nmt_nfkc", "nmt_nfkc_cf", "nfkc"):
        for kind in ("unigram", "bpe"):
            name = f"large-{kind}-{rule}"
            yield name, sentence_piece(
                name, folder, model_type=kind, vocab_size=260, normalization_rule_name=rule)


def charsmap(folder, name="sp-unigram"):
    model = proto.ModelProto()
    with open(os.path.join(folder, name + ".model"), "rb") as file:
        model.ParseFromString(file.read())
    return model.normalizer_spec.precompiled_charsmap


SPECIAL = ["<unk>", "<s>", "</s>", "<pad>", "[MASK]"]
BERT = ["[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def trained(tokenizer, trainer):
    tokenizer.train_from_iterator(CORPUS, trainer)
    return tokenizer


def unigram(folder, tokenizer, **options):
    tokenizer.normalizer, tokenizer.pre_tokenizer, tokenizer.decoder = (
        options.pop("normalizer", None), options.pop("pre_tokenizer", None),
        options.pop("decoder", None))
    trained(tokenizer, trainers.UnigramTrainer(
        vocab_size=300, special_tokens=SPECIAL, unk_token="<unk>", show_progress=False))
    if options.pop("bytes", False):
        value = json.loads(tokenizer.to_str())
        value["model"]["vocab"] += [[f"<0x{byte:02X}>", -20.5] for byte in range(256)]
        value["model"]["byte_fallback"] = True
        tokenizer = Tokenizer.from_str(json.dumps(value))
    return tokenizer


def merges(normalizer, pre_tokenizer, decoder, size=300, special=SPECIAL, model=None, alphabet=(),
           **options):
    tokenizer = Tokenizer(models.BPE(unk_token=options.pop("unknown", None), **options))
    tokenizer.normalizer, tokenizer.pre_tokenizer, tokenizer.decoder = (
        normalizer, pre_tokenizer, decoder)
    return trained(tokenizer, trainers.BpeTrainer(
        vocab_size=size, special_tokens=special, show_progress=False,
        initial_alphabet=list(alphabet)))


def cut_at_blanks(*components, **options):
    """Merges that never go across a blank, of a tokenizer that does not cut there."""
    normalizer, pre_tokenizer, decoder = components
    tokenizer = merges(normalizer, pre_tokenizers.Sequence(
        [pre_tokenizers.Metaspace(), pre_tokenizers.Split("▁", "merged_with_next")]),
        decoder, **options)
    tokenizer.pre_tokenizer = pre_tokenizer
    return tokenizer


def with_bytes(tokenizer):
    value = json.loads(tokenizer.to_str())
    first = len(value["model"]["vocab"])
    value["model"]["vocab"].update({f"<0x{b:02X}>": first + b for b in range(256)})
    value["model"]["byte_fallback"] = True
    return Tokenizer.from_str(json.dumps(value))


def word_pieces(normalizer, pre_tokenizer, decoder, **options):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", **options))
    tokenizer.normalizer, tokenizer.pre_tokenizer, tokenizer.decoder = (
        normalizer, pre_tokenizer, decoder)
    return trained(tokenizer, trainers.WordPieceTrainer(
        vocab_size=300, special_tokens=BERT, show_progress=False,
        continuing_subword_prefix=options.get("continuing_subword_prefix", "##")))


def tokenizers(folder):
    N, P, D = normalizers, pre_tokenizers, decoders
    precompiled = N.Precompiled(charsmap(folder))
    marked = D.Sequence([D.Replace("▁", " "), D.ByteFallback(), D.Fuse(), D.Strip(" ", 1, 0)])
    yield "unigram", unigram(
        folder, Tokenizer(models.Unigram()), normalizer=precompiled,
        pre_tokenizer=P.Metaspace(), decoder=D.Metaspace())
    yield "unigram-sequence", unigram(
        folder, Tokenizer(models.Unigram()),
        normalizer=N.Sequence([
            N.Replace("``", '"'), N.NFKD(), N.StripAccents(), N.Lowercase(), precompiled,
            N.Replace(Regex(" {2,}"), " ")]),
        pre_tokenizer=P.Sequence([P.WhitespaceSplit(), P.Metaspace()]), decoder=D.Metaspace())
    yield "unigram-bytes", unigram(
        folder, Tokenizer(models.Unigram()), normalizer=N.Nmt(),
        pre_tokenizer=P.Metaspace(prepend_scheme="first", split=False), decoder=marked, bytes=True)
    uncased = word_pieces(N.BertNormalizer(), P.BertPreTokenizer(), D.WordPiece())
    uncased.post_processor = processors.BertProcessing(("[SEP]", 2), ("[CLS]", 1))
    yield "word-pieces", uncased
    yield "word-pieces-cased", word_pieces(
        N.BertNormalizer(clean_text=False, lowercase=False, strip_accents=True),
        P.Sequence([P.Whitespace(), P.Punctuation()]), D.WordPiece(prefix="@", cleanup=False),
        continuing_subword_prefix="@", max_input_chars_per_word=9)
    words = Tokenizer(models.WordLevel(unk_token="[UNK]"))
    words.normalizer, words.pre_tokenizer = N.Nmt(), P.Sequence(
        [P.CharDelimiterSplit(" "), P.Digits(), P.Punctuation("merged_with_previous")])
    yield "words", trained(words, trainers.WordLevelTrainer(
        vocab_size=120, special_tokens=BERT, show_progress=False))
    yield "merges-marked", with_bytes(cut_at_blanks(
        N.Sequence([N.Prepend("▁"), N.Replace(" ", "▁")]), None, marked, unknown="<unk>",
        fuse_unk=True))
    yield "merges-unknown", cut_at_blanks(
        N.NFKC(), P.Metaspace(prepend_scheme="first", split=False), D.Metaspace(
            prepend_scheme="first"), unknown="<unk>", fuse_unk=True)
    yield "merges-bytes", merges(
        N.NFC(), P.ByteLevel(add_prefix_space=False), D.ByteLevel(), 420,
        alphabet=P.ByteLevel.alphabet())
    pattern = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
               r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
    split = merges(
        None, P.Sequence([P.Split(Regex(pattern), "isolated"),
                          P.ByteLevel(add_prefix_space=False, use_regex=False)]),
        D.ByteLevel(), 420, alphabet=P.ByteLevel.alphabet(), ignore_merges=True)
    yield "merges-split", split
    yield "merges-byte-normalizer", merges(
        N.ByteLevel(), P.Split(Regex("Ġ?[^Ġ]+|Ġ+"), "isolated"), D.ByteLevel(), 420,
        alphabet=P.ByteLevel.alphabet())


def large_tokenizers(folder):
    for rule in ("nmt_nfkc", "nmt_nfkc_cf"):
        yield f"large-{rule}", unigram(
            folder, Tokenizer(models.Unigram()),
            normalizer=normalizers.Precompiled(charsmap(folder, f"large-unigram-{rule}")),
            pre_tokenizer=pre_tokenizers.Metaspace(), decoder=decoders.Metaspace())


def main(folder, count, large):
    os.makedirs(folder, exist_ok=True)
    texts = random_texts.texts(count, 7)
    with open(os.path.join(folder, "texts.json"), "w", encoding="utf-8") as file:
        json.dump(texts, file, ensure_ascii=True, indent=0)

    def write(name, read):
        with open(os.path.join(folder, name + ".vectors.jsonl"), "w", encoding="utf-8") as file:
            for text in texts:
                file.write(json.dumps(read(text), ensure_ascii=True, separators=(",", ":")) + "\n")

    for name, model in [*sentence_pieces(folder), *(large_sentence_pieces(folder) if large else [])]:
        def read(text):
            ids = model.encode(text)
            return [ids, model.decode(ids)]

        write(name, read)
    for name, tokenizer in [*tokenizers(folder), *(large_tokenizers(folder) if large else [])]:
        tokenizer.save(os.path.join(folder, name + ".json"), pretty=False)

        def read(text):
            ids = tokenizer.encode(text, add_special_tokens=False).ids
            return [ids, tokenizer.decode(ids)]

        write(name, read)


if __name__ == "__main__":
    arguments = sys.argv[1:]
    is_large = arguments[2:] == ["large"]
    if not arguments or arguments[2:] and not is_large:
        sys.exit(__doc__)
    main(arguments[0], int(arguments[1]) if arguments[1:] else 200, is_large)
