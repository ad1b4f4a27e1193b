import Foundation
import Runs
import Torch

/// The weights of a folder, found and held against its `config.json`, and not yet read.
///
/// Names are taken with or without the body's prefix, old buffers are ignored, and everything else that is
/// missing or unexpected is an error.
public struct StoredWeights {
  public let file: ConfigurationFile
  public let types: StoredTypes
  private let folder: URL
  private let files: SafetensorsFolder
  /// The tensors of the family, and what the files call them.
  private let rows: [ParameterTable.Row]
  private let names: [String: String]
  /// A tied head that is stored a second time.
  private let secondHead: String?

  /// - Throws: ``PolicyError``, or `RunError` for a file that is not what it says.
  public init(_ folder: URL) throws {
    file = try ConfigurationFile(reading: folder.appending(path: "config.json"))
    files = try SafetensorsFolder.open(folder)
    self.folder = folder
    rows = file.configuration.family.parameters(of: file.configuration)
    (names, secondHead) = try StoredWeights.match(rows, files, file.configuration, folder)
    var found: [(name: String, type: ElementType, count: Int)] = []
    for row in rows {
      guard let name = names[row.name], let entry = files[name] else { continue }
      guard entry.shape == row.shape else {
        throw PolicyError.shape(
          folder: folder.path, tensor: name, expected: row.shape, found: entry.shape)
      }
      let floating: [ElementType] = [.float64, .float32, .float16, .bfloat16]
      guard let type = ElementType(entry.dtype), floating.contains(type) else {
        throw PolicyError.configuration(
          file: folder.path,
          problem: "tensor \(name) has elements of type \(entry.dtype.rawValue); supported: "
            + "F64, F32, F16, BF16")
      }
      found.append((row.name, type, row.shape.reduce(1, *)))
    }
    types = StoredTypes(found)
  }

  /// Reads them as numbers of one type.
  func read(as type: ElementType, on device: Device) throws -> Weights {
    if let secondHead { try requireTied(secondHead) }
    var pairs: [(name: String, tensor: Tensor)] = []
    for row in rows {
      guard let name = names[row.name] else { continue }
      let raw = try SafetensorsReading.tensor(
        of: name, in: files, type: types[row.name], sizes: row.shape)
      let tensor = try raw.converted(to: type)
      let finite = try tensor.isFinite().converted(to: .float64).sum().item()
      if finite < Double(tensor.count) {
        throw PolicyError.nonfinite(
          folder: folder.path, tensor: name, count: tensor.count - Int(finite))
      }
      pairs.append((row.name, try tensor.moved(to: device)))
    }
    return Weights(pairs)
  }

  /// The stored name of each tensor of the family.
  private static func match(
    _ rows: [ParameterTable.Row], _ stored: SafetensorsFolder,
    _ configuration: ModelConfiguration, _ folder: URL
  ) throws -> ([String: String], secondHead: String?) {
    let family = configuration.family
    let prefix = family.prefix
    var left = Set(
      stored.names.filter { name in !family.buffers.contains { name.hasSuffix($0) } })
    var names: [String: String] = [:]
    var missing: [String] = []
    for row in rows {
      let bare = row.name.hasPrefix(prefix) ? String(row.name.dropFirst(prefix.count)) : ""
      let spellings = [row.name, bare] + (family.aliases[row.name].map { [$0] } ?? [])
      if let name = spellings.first(where: { left.remove($0) != nil }) {
        names[row.name] = name
      } else {
        missing.append(row.name)
      }
    }
    var second: String?
    if configuration.isTied, configuration.labels == nil {
      let spellings = [family.head] + family.aliases.values
      second = spellings.first { left.remove($0) != nil }
    }
    guard missing.isEmpty, left.isEmpty else {
      throw PolicyError.tensors(
        folder: folder.path, missing: missing, unexpected: Array(left))
    }
    return (names, second)
  }

  /// A tied head may be stored a second time; it must then be the embedding.
  private func requireTied(_ head: String) throws {
    guard let embedding = names[file.configuration.family.embedding] else { return }
    let same = try files.withBytes(of: head) { head in
      try files.withBytes(of: embedding) { head.elementsEqual($0) }
    }
    guard same else {
      throw PolicyError.configuration(
        file: folder.appending(path: "config.json").path,
        problem: "tie_word_embeddings is true, but \(head) differs from \(embedding)")
    }
  }
}
