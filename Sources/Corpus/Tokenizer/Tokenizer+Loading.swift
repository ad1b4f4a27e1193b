import Foundation
import Runs

extension Tokenizer {
  /// Larger files are refused before they are read.
  static let byteLimit = 64 << 20

  /// The files of a tokenizer that ``save(to:)`` copies.
  private static let companions = [
    "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json",
    "merges.txt", "tokenizer.model", "chat_template.jinja",
  ]

  /// Loads `tokenizer.json` of a folder, with `tokenizer_config.json` and
  /// `special_tokens_map.json` for the tokens that begin, end and pad.
  ///
  /// - Throws: ``CorpusError`` when a file is missing, damaged, or asks for a component that is
  ///   not supported.
  public static func load(directory: URL) throws -> Tokenizer {
    let main = directory.appendingPathComponent("tokenizer.json")
    guard FileManager.default.fileExists(atPath: main.path) else {
      throw CorpusError.tokenizer(
        file: main.path,
        problem: "no such file; a checkpoint needs tokenizer.json, which transformers writes with "
          + "AutoTokenizer.from_pretrained(…).save_pretrained(…)")
    }
    var files = ["tokenizer.json": Data(try FileBytes.read(main, limit: byteLimit))]
    for name in companions {
      let url = directory.appendingPathComponent(name)
      guard FileManager.default.fileExists(atPath: url.path) else { continue }
      files[name] = Data(try FileBytes.read(url, limit: byteLimit))
    }
    return try Tokenizer(files: files, folder: directory.path)
  }

  /// Loads one file in the form of `tokenizer.json`, whatever its name; it then names no tokens
  /// that begin, end or pad.
  ///
  /// - Throws: ``CorpusError``, as ``load(directory:)``.
  public static func load(file: URL) throws -> Tokenizer {
    try read(Data(FileBytes.read(file, limit: byteLimit)), name: file.path)
  }

  /// Reads the text of a `tokenizer.json`; it then names no tokens that begin, end or pad.
  ///
  /// - Parameter name: what it is called in messages.
  /// - Throws: ``CorpusError``, as ``load(directory:)``.
  public static func read(_ json: Data, name: String) throws -> Tokenizer {
    try Tokenizer(files: ["tokenizer.json": json], folder: nil, name: name)
  }

  /// - Parameter folder: where the files lie, for messages; nil when `name` stands for them.
  init(files: [String: Data], folder: String?, name: String = "tokenizer.json") throws(CorpusError)
  {
    let file = folder.map { "\($0)/tokenizer.json" } ?? name
    let data = files["tokenizer.json"] ?? Data()
    let root = try ComponentReader(file: file, path: "", value: Self.parse(data, file))
    guard let modelReader = try root.child("model") else { throw root.failure("no model") }
    var vocabulary = VocabularyReader(file: file)
    let merges = try vocabulary.readModel(modelReader)
    let modelTable = vocabulary.table
    let added = try vocabulary.readAdded(root)
    let normalizer = try root.child("normalizer")?.normalizer()
    let preTokenizer = try root.child("pre_tokenizer")?.preTokenizer()
    leadingTokens =
      try root.child("post_processor")?.leadingTokens { vocabulary.id($0) } ?? []

    self.files = files
    self.normalizer = normalizer
    self.preTokenizer = preTokenizer
    decoder = try root.child("decoder")?.decoder()
    tokens = vocabulary.tokens
    let special = Set(added.filter(\.isSpecial).map(\.id))
    specialTokens = Set(special.map(Int.init))
    let raw = added.filter { !$0.isNormalized }
    let normalized = added.filter(\.isNormalized)
    rawTokens = AddedTokens(raw, contents: raw.map { Array($0.content.utf8) })
    let contents = normalized.map { token in
      let content = Array(token.content.utf8)
      return normalizer?.apply(content) ?? content
    }
    normalizedTokens = AddedTokens(normalized, contents: contents)
    var texts: [Int: String] = [:]
    for (token, content) in zip(normalized, contents) where content != Array(token.content.utf8) {
      texts[Int(token.id)] = String(decoding: content, as: UTF8.self)
    }
    normalizedTexts = texts
    model = try Self.model(
      modelReader, table: modelTable, merges: merges, special: special,
      readsBytes: preTokenizer?.endsInBytes ?? false)

    let names = try NamedTokens(files: files, folder: folder)
    beginToken = try names.id("bos_token", vocabulary.id)
    endToken = try names.id("eos_token", vocabulary.id)
    padToken = try names.id("pad_token", vocabulary.id)
    let ids = [beginToken, endToken, padToken].map { $0.map(String.init) ?? "-" }
    hash = SHA256.hex(of: data + Data(ids.joined(separator: " ").utf8))
  }

  static func parse(_ data: Data, _ file: String) throws(CorpusError) -> JSONValue {
    do {
      return try JSONParser.parse(Array(data))
    } catch {
      throw CorpusError.tokenizer(file: file, problem: "not JSON: \(error)")
    }
  }

  private static func model(
    _ reader: ComponentReader, table: ByteTable, merges: PairTable, special: Set<Int32>,
    readsBytes: Bool
  ) throws(CorpusError) -> MergeModel {
    var unknown: Int32?
    if let token = try reader.optionalString("unk_token") {
      guard let id = table.value(Array(token.utf8)) else {
        throw reader.failure("unk_token \(Shown.text(token)) is not in the vocabulary")
      }
      unknown = id
    }
    var fallback: [Int32] = []
    if try reader.bool("byte_fallback", default: false) {
      let names = (0...255).map { byte in
        "<0x\(byte < 16 ? "0" : "")\(String(byte, radix: 16, uppercase: true))>"
      }
      fallback = names.compactMap { table.value(Array($0.utf8)) }
      guard fallback.count == 256 else {
        throw reader.failure("byte_fallback needs all of <0x00> to <0xFF> in the vocabulary")
      }
    }
    let bytes = ByteAlphabet.encoded.map { table.value($0) ?? -1 }
    return MergeModel(
      vocabulary: table, merges: merges,
      ignoresMerges: try reader.bool("ignore_merges", default: false), unknown: unknown,
      fusesUnknown: try reader.bool("fuse_unk", default: false), fallback: fallback,
      byteSymbols: readsBytes ? bytes : [], special: special)
  }
}
