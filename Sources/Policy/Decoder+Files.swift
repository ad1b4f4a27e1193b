import Foundation
import Runs
import Torch

extension Decoder {
  /// Reads a Hugging Face folder: `config.json` and safetensors weights, which become float32; or a PEFT
  /// adapter's, and the base model that it names.
  ///
  /// - Throws: ``PolicyError``, or `RunError` for a file that is not what it says.
  public static func load(
    _ folder: URL, precision: Precision = .full, type: ElementType = .float32,
    on device: Device = .cpu
  ) throws -> Decoder {
    guard !ModelFolder.isAdapter(folder) else {
      return try load(adapter: folder, precision: precision, type: type, on: device)
    }
    let stored = try StoredWeights(folder)
    let model = try Decoder(
      stored.file, stored.read(as: type, on: device), storedAs: stored.types,
      precision: precision, on: device)
    model.place = .folder(folder)
    return model
  }

  /// What a training moves, in its order, as a checkpoint of this model holds it.
  public func trainable(in folder: URL) throws -> NamedTensors {
    guard adapter != nil else { return try Decoder.load(folder).trainable }
    let found = try StoredAdapter(folder).read(as: weights.tensors[0].type, on: device)
    return NamedTensors(
      try trainable.names.map { name in
        guard let tensor = found[name] else {
          throw PolicyError.configuration(file: folder.path, problem: "lacks \(name)")
        }
        return (name: name, tensor: tensor)
      })
  }

  /// Writes `config.json`, the `generation_config.json` that a language model came with, and
  /// `model.safetensors`, each tensor as the type that it came in; a tied head is left out. Of a model
  /// under an adapter, the adapter's files alone.
  ///
  /// - Returns: the SHA-256 of the weights file.
  /// - Throws: ``PolicyError/beyondType(file:tensor:type:count:)``.
  @discardableResult
  public func save(to folder: URL) throws -> String {
    if let adapter { return try save(adapter, to: folder) }
    try saveSettings(to: folder)
    return try SafetensorsReading.write(
      storedTensors, to: folder.appending(path: "model.safetensors"))
  }

  /// The same with weights in files of at most so many bytes, as far as single tensors allow, and an
  /// index of them; in one file where they fit.
  public func save(to folder: URL, atMost bytes: Int) throws {
    if let adapter {
      _ = try save(adapter, to: folder)
      return
    }
    try saveSettings(to: folder)
    var shards: [[(String, Tensor, ElementType)]] = [[]]
    var filled = 0
    var total = 0
    for tensor in storedTensors {
      let size = tensor.1.count * tensor.2.size
      if filled > 0, filled + size > bytes {
        shards.append([])
        filled = 0
      }
      shards[shards.count - 1].append(tensor)
      filled += size
      total += size
    }
    guard shards.count > 1 else {
      try SafetensorsReading.write(
        shards[0], to: folder.appending(path: "model.safetensors"))
      return
    }
    var homes: [String: String] = [:]
    for (place, shard) in shards.enumerated() {
      let name = String(format: "model-%05d-of-%05d.safetensors", place + 1, shards.count)
      for tensor in shard { homes[tensor.0] = name }
      try SafetensorsReading.write(shard, to: folder.appending(path: name))
    }
    let metadata = ["total_parameters": configuration.parameterCount, "total_size": total]
    let index = try JSONSerialization.data(
      withJSONObject: ["metadata": metadata, "weight_map": homes],
      options: [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes])
    try AtomicFile.write(
      index + Data("\n".utf8), to: folder.appending(path: "model.safetensors.index.json"))
  }

  private var storedTensors: [(String, Tensor, ElementType)] {
    zip(weights.names, weights.tensors).map { ($0, $1, stored[$0]) }
  }

  private func saveSettings(to folder: URL) throws {
    try AtomicFile.write(
      try file.encoded(storedAs: stored.common), to: folder.appending(path: "config.json"))
    if let generation = file.generation, configuration.labels == nil {
      try AtomicFile.write(
        generation, to: folder.appending(path: ConfigurationFile.generationName))
    }
  }
}

extension ElementType {
  init?(_ type: TensorType) {
    switch type {
    case .float64: self = .float64
    case .float32: self = .float32
    case .float16: self = .float16
    case .bfloat16: self = .bfloat16
    case .int64: self = .int64
    case .int32: self = .int32
    case .bool: self = .bool
    case .int16, .int8, .uint8: return nil
    }
  }

  /// The name safetensors has for it.
  var stored: TensorType {
    switch self {
    case .float64: return .float64
    case .float32: return .float32
    case .float16: return .float16
    case .bfloat16: return .bfloat16
    case .int64: return .int64
    case .int32: return .int32
    case .bool: return .bool
    }
  }
}
