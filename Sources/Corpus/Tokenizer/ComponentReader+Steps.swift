import Foundation

extension ComponentReader {
  /// Text may not grow beyond this factor by replacements: a file must not turn a page into
  /// gigabytes.
  private static let growthLimit = 16

  func normalizer() throws(CorpusError) -> Normalizer {
    var growth = 1
    return try normalizer(&growth)
  }

  private func normalizer(_ growth: inout Int) throws(CorpusError) -> Normalizer {
    switch type {
    case "NFC": return .composed
    case "NFD": return .decomposed
    case "NFKC": return .compatibilityComposed
    case "NFKD": return .compatibilityDecomposed
    case "Lowercase": return .lowercase
    case "StripAccents": return .stripAccents
    case "Prepend": return .prepend(Array(try string("prepend").utf8))
    case "Strip":
      return .strip(
        left: try bool("strip_left", default: true), right: try bool("strip_right", default: true))
    case "Replace":
      let content = Array(try string("content").utf8)
      let matcher = try matcher("pattern")
      var shortest = 1
      if case .literal(let literal) = matcher { shortest = literal.count }
      growth *= max(1, (content.count + shortest - 1) / shortest)
      guard growth <= Self.growthLimit else {
        throw failure("replacements let the text grow more than \(Self.growthLimit) times")
      }
      return .replace(matcher, with: content)
    case "BertNormalizer":
      let lowercases = try bool("lowercase", default: true)
      return .bert(
        BertNormalizer(
          cleans: try bool("clean_text", default: true),
          spacesChinese: try bool("handle_chinese_chars", default: true),
          stripsAccents: try bool("strip_accents", default: lowercases), lowercases: lowercases))
    case "Precompiled": return .precompiled(try characterMap("precompiled_charsmap"))
    case "Nmt": return .translation
    case "ByteLevel": return .byteLevel
    case "Sequence":
      var steps: [Normalizer] = []
      for step in try children("normalizers") { steps.append(try step.normalizer(&growth)) }
      return .sequence(steps)
    default:
      throw unsupported(
        "normalizer",
        supported:
          "NFC, NFD, NFKC, NFKD, Lowercase, StripAccents, Replace, Prepend, Strip, "
          + "BertNormalizer, Precompiled, Nmt, ByteLevel, Sequence"
      )
    }
  }

  /// - Parameter isLast: whether the model follows; then a byte-level step leaves bytes as they
  ///   are, which the model reads directly.
  func preTokenizer(isLast: Bool = true) throws(CorpusError) -> PreTokenizer {
    switch type {
    case "ByteLevel":
      let usesPattern = try bool("use_regex", default: true)
      return .byteLevel(
        addPrefixSpace: try bool("add_prefix_space", default: true),
        pattern: usesPattern ? try pattern(PreTokenizer.gpt2) : nil, mapsBytes: !isLast)
    case "Split":
      return .split(
        try matcher("pattern"), try behavior(), invert: try bool("invert", default: false))
    case "Digits":
      let single = try bool("individual_digits", default: false)
      return .split(
        .characters(CharacterClass.isNumeric), single ? .isolated : .contiguous, invert: false)
    case "Punctuation":
      let behavior = object["behavior"] == nil ? .isolated : try behavior()
      return .split(.characters(CharacterClass.isPunctuation), behavior, invert: false)
    case "Whitespace":
      let word = CharacterClass.wordPattern
      return .split(
        .pattern(try pattern("[\(word)]+|[^\(word)\\s]+")), .removed, invert: true)
    case "WhitespaceSplit":
      return .split(.characters(CharacterClass.isSpace), .removed, invert: false)
    case "BertPreTokenizer":
      return .sequence([
        .split(.characters(CharacterClass.isSpace), .removed, invert: false),
        .split(.characters(CharacterClass.isPunctuation), .isolated, invert: false),
      ])
    case "CharDelimiterSplit":
      let delimiter = Array(String(try character("delimiter")).utf8)
      return .split(.literal(delimiter), .removed, invert: false)
    case "Metaspace":
      return .metaspace(
        replacement: Array(String(try character("replacement")).utf8), scheme: try scheme(),
        splits: try bool("split", default: true))
    case "Sequence":
      var steps: [PreTokenizer] = []
      let readers = try children("pretokenizers")
      for (index, reader) in readers.enumerated() {
        steps.append(try reader.preTokenizer(isLast: isLast && index == readers.count - 1))
      }
      return .sequence(steps)
    default:
      throw unsupported(
        "pre-tokenizer",
        supported: "ByteLevel, Split, Digits, Punctuation, Whitespace, WhitespaceSplit, Metaspace, "
          + "BertPreTokenizer, CharDelimiterSplit, Sequence")
    }
  }

  func decoder() throws(CorpusError) -> TokenDecoder {
    switch type {
    case "ByteLevel": return .byteLevel
    case "ByteFallback": return .byteFallback
    case "Fuse": return .fuse
    case "Replace":
      return .replace(try matcher("pattern"), with: Array(try string("content").utf8))
    case "Strip":
      return .strip(
        content: try character("content"), start: try count("start"), stop: try count("stop"))
    case "WordPiece":
      return .wordPiece(
        prefix: try string("prefix"), cleansUp: try bool("cleanup", default: true))
    case "Metaspace":
      return .metaspace(replacement: try character("replacement"), scheme: try scheme())
    case "Sequence":
      var steps: [TokenDecoder] = []
      for step in try children("decoders") { steps.append(try step.decoder()) }
      return .sequence(steps)
    default:
      throw unsupported(
        "decoder",
        supported: "ByteLevel, ByteFallback, Fuse, Replace, Strip, WordPiece, Metaspace, Sequence")
    }
  }

  private func behavior() throws(CorpusError) -> PieceList.Behavior {
    let name = try string("behavior")
    guard let behavior = PieceList.Behavior(rawValue: name) else {
      throw failure("behavior \(Shown.text(name)) is not known")
    }
    return behavior
  }

  /// The scheme of a metaspace; files before it existed say `add_prefix_space`.
  private func scheme() throws(CorpusError) -> MetaspaceScheme {
    guard let name = try optionalString("prepend_scheme") else {
      return try bool("add_prefix_space", default: true) ? .always : .never
    }
    guard let scheme = MetaspaceScheme(rawValue: name) else {
      throw failure("prepend_scheme \(Shown.text(name)) is not known")
    }
    return scheme
  }

  /// A map of characters in base64.
  private func characterMap(_ key: String) throws(CorpusError) -> CharacterMap {
    guard let text = object[key]?.string else { throw failure("\(key) must be a text") }
    guard let blob = Data(base64Encoded: text) else { throw failure("\(key) is not base64") }
    do {
      return try CharacterMap(Array(blob))
    } catch {
      throw failure("\(key) \(error.problem)")
    }
  }
}
