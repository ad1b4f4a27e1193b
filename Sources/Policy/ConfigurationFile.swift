import Corpus
import Foundation
import Runs
import Torch

/// A `config.json`: the shape that it describes, and every key it holds, so that a changed copy
/// differs only where it must.
public struct ConfigurationFile: Equatable, Sendable {
  public var configuration: ModelConfiguration
  /// The file's own bytes; empty for a model made from scratch.
  public let source: Data
  /// The bytes of the `generation_config.json` beside it: how others sample from the model. nil where
  /// there is none, and for a model made from scratch.
  let generation: Data?

  static let generationName = "generation_config.json"

  public init(_ configuration: ModelConfiguration) {
    self.configuration = configuration
    source = Data()
    generation = nil
  }

  /// - Throws: ``PolicyError/configuration(file:problem:)`` before anything large is allocated.
  public init(reading url: URL) throws {
    let file = url.path
    guard let data = FileManager.default.contents(atPath: file) else {
      throw PolicyError.configuration(
        file: file,
        problem: "not found; a checkpoint is a folder with config.json, "
          + "model.safetensors and tokenizer.json")
    }
    guard data.count < 4 << 20 else {
      throw PolicyError.configuration(file: file, problem: "is larger than 4 MB")
    }
    let document: JSONValue
    do {
      document = try JSONValue(parsing: Array(data))
    } catch {
      throw PolicyError.configuration(file: file, problem: "is not JSON: \(error)")
    }
    guard let keys = document.object else {
      throw PolicyError.configuration(file: file, problem: "is not a JSON object")
    }
    // A byte order mark is none of the keys, and is not written again.
    source = data.starts(with: [0xEF, 0xBB, 0xBF]) ? Data(data.dropFirst(3)) : data
    let beside = url.deletingLastPathComponent().appending(path: Self.generationName)
    let hasGeneration = FileManager.default.fileExists(atPath: beside.path)
    generation = hasGeneration ? try BoundedFile.read(beside, atMost: 4 << 20) : nil
    configuration = try ConfigurationReader(file: file, keys: keys).read()
    if let problem = configuration.problem {
      throw PolicyError.configuration(file: file, problem: problem)
    }
  }

  /// The bytes to write beside the weights, with sorted keys: those of the file, and over them what
  /// Plumb is sure of, in the spellings of transformers 4 and 5.
  ///
  /// - Parameter type: what the weights are stored as.
  public func encoded(storedAs type: ElementType = .float32) throws -> Data {
    var keys: [String: Any] = [:]
    if !source.isEmpty,
      let object = try JSONSerialization.jsonObject(with: source) as? [String: Any]
    {
      keys = object
    }
    let (c, family) = (configuration, configuration.family)
    let labels = (keys["id2label"] as? [String: Any])?.count
    keys["model_type"] = family.type
    keys["vocab_size"] = c.vocab
    keys["tie_word_embeddings"] = c.isTied
    keys["dtype"] = type.torchName
    keys["torch_dtype"] = type.torchName
    keys["eos_token_id"] = ConfigurationFile.ids(c.endTokens)
    keys["bos_token_id"] = c.beginToken ?? NSNull()
    keys["pad_token_id"] = c.padToken ?? NSNull()
    let head = c.labels == nil ? family.languageHead : "ForSequenceClassification"
    keys["architectures"] = [family.className + head]
    if let count = c.labels {
      keys["num_labels"] = count
      keys["plumb_end_token"] = c.endsTexts
      if c.pooling != .last { keys["plumb_pooling"] = c.pooling.rawValue }
      if labels != count {
        keys["id2label"] = Dictionary(
          uniqueKeysWithValues: (0..<count).map { ("\($0)", "LABEL_\($0)") })
      }
    } else {
      for key in ["num_labels", "id2label", "plumb_end_token"] { keys[key] = nil }
    }
    if source.isEmpty { for key in family.dropout { keys[key] = 0.0 } }
    family.write(c, into: &keys)
    let data = try JSONSerialization.data(
      withJSONObject: keys, options: [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes])
    let lines = String(decoding: data, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
      .map { ConfigurationFile.fractioned(String($0), family.fractions) }
    return Data((lines.joined(separator: "\n") + "\n").utf8)
  }

  /// Foundation writes 4.0 as 4, and `transformers` takes no 4 for a number that must be a float.
  private static func fractioned(_ line: String, _ keys: Set<String>) -> String {
    guard let key = keys.first(where: { line.hasPrefix("  \"\($0)\" : ") }) else { return line }
    let value = line.dropFirst(key.count + 7)
    let digits = value.hasSuffix(",") ? value.dropLast() : value
    guard Int(digits) != nil else { return line }
    return line.prefix(line.count - value.count) + digits + ".0" + value.dropFirst(digits.count)
  }

  private static func ids(_ ids: [Int]) -> Any {
    if ids.isEmpty { return NSNull() }
    return ids.count == 1 ? ids[0] : ids
  }
}

extension ElementType {
  /// PyTorch's name for it, which `config.json` has.
  var torchName: String {
    switch self {
    case .float64: "float64"
    case .float32: "float32"
    case .float16: "float16"
    case .bfloat16: "bfloat16"
    case .int64: "int64"
    case .int32: "int32"
    case .bool: "bool"
    }
  }
}
