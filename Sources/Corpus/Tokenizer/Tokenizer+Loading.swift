import Foundation
import Runs

extension Tokenizer {
  /// Larger files are refused before they are read.
  static let byteLimit = 64 << 20

  /// The files that a tokenizer is read from, the first of which that is there counts.
  private static let mains = ["tokenizer.json", "tokenizer.model"]

  /// The files of a tokenizer that ``save(to:)`` copies.
  private static let companions = [
    "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json",
    "merges.txt", "tokenizer.model", "chat_template.jinja",
  ]

  /// Loads `tokenizer.json` of a folder, or `tokenizer.model` where it has only that, with
  /// `tokenizer_config.json` and `special_tokens_map.json` for the tokens that begin, end and pad.
  ///
  /// The folder of an adapter without a tokenizer has that of its base model.
  ///
  /// - Throws: ``CorpusError`` when a file is missing, damaged, or asks for a component that is
  ///   not supported.
  public static func load(directory: URL) throws -> Tokenizer {
    if !isPresent(in: directory), ModelFolder.isAdapter(directory) {
      return try load(directory: ModelFolder.base(of: directory).folder)
    }
    func isThere(_ name: String) -> Bool {
      FileManager.default.fileExists(atPath: directory.appendingPathComponent(name).path)
    }
    guard let main = mains.first(where: isThere) else {
      throw CorpusError.tokenizer(
        file: directory.appendingPathComponent(mains[0]).path,
        problem: "no such file; a checkpoint needs tokenizer.json, which transformers writes with "
          + "AutoTokenizer.from_pretrained(…).save_pretrained(…), or the tokenizer.model of "
          + "SentencePiece")
    }
    var files: [String: Data] = [:]
    for name in [main] + companions where isThere(name) {
      files[name] = Data(
        try FileBytes.read(directory.appendingPathComponent(name), limit: byteLimit))
    }
    var tokenizer = try Tokenizer(files: files, folder: directory.path)
    tokenizer.chatTemplate = ChatTemplate.find(in: files, folder: directory.path)
    return tokenizer
  }

  /// Whether a folder holds a file that ``load(directory:)`` reads.
  public static func isPresent(in directory: URL) -> Bool {
    mains.contains {
      FileManager.default.fileExists(atPath: directory.appendingPathComponent($0).path)
    }
  }

  /// Loads one file in the form of `tokenizer.json`, whatever its name, which then names no tokens
  /// that begin, end or pad; or a SentencePiece model, which does.
  ///
  /// - Throws: ``CorpusError``, as ``load(directory:)``.
  public static func load(file: URL) throws -> Tokenizer {
    let data = Data(try FileBytes.read(file, limit: byteLimit))
    // The first field of a SentencePiece model is a piece, whose tag is a line break to JSON.
    let first = data.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
    if data.first == 0x0A, first != UInt8(ascii: "{") {
      return try Tokenizer(files: ["tokenizer.model": data], folder: nil, name: file.path)
    }
    return try read(data, name: file.path)
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
    let names = try NamedTokens(files: files, folder: folder)
    guard files["tokenizer.json"] == nil, let model = files["tokenizer.model"] else {
      let file = folder.map { "\($0)/tokenizer.json" } ?? name
      let data = files["tokenizer.json"] ?? Data()
      self.init(try Self.parts(of: data, names, file: file), files: files, identity: data)
      return
    }
    let file = folder.map { "\($0)/tokenizer.model" } ?? name
    let reader = try SentencePieceReader(model, file: file)
    self.init(
      try reader.parts(names), files: files, identity: model + names.identity,
      normalizesAdded: false)
  }

  private static func parts(
    of data: Data, _ names: NamedTokens, file: String
  ) throws(CorpusError) -> TokenizerParts {
    let root = try ComponentReader(file: file, path: "", value: parse(data, file))
    guard let modelReader = try root.child("model") else { throw root.failure("no model") }
    var vocabulary = VocabularyReader(file: file)
    let content = try vocabulary.readModel(modelReader)
    let table = vocabulary.table
    let added = try vocabulary.readAdded(root)
    let special = Set(added.filter(\.isSpecial).map(\.id))
    let preTokenizer = try root.child("pre_tokenizer")?
      .preTokenizer(isLast: content.mayReadBytes)
    return TokenizerParts(
      tokens: vocabulary.tokens,
      model: try modelReader.model(
        content, table: table, special: special, readsBytes: preTokenizer?.endsInBytes ?? false),
      normalizer: try root.child("normalizer")?.normalizer(), preTokenizer: preTokenizer,
      decoder: try root.child("decoder")?.decoder(), added: added, markup: special,
      leading: try root.child("post_processor")?.leadingTokens { vocabulary.id($0) } ?? [],
      begin: try names.id("bos_token", vocabulary.id),
      end: try names.id("eos_token", vocabulary.id), pad: try names.id("pad_token", vocabulary.id))
  }

  static func parse(_ data: Data, _ file: String) throws(CorpusError) -> JSONValue {
    do {
      return try JSONParser.parse(Array(data))
    } catch {
      throw CorpusError.tokenizer(file: file, problem: "not JSON: \(error)")
    }
  }
}
