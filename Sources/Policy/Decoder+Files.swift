import Foundation
import Runs
import Torch

extension Decoder {
  /// Reads a Hugging Face folder: `config.json` and safetensors weights.
  ///
  /// Names are taken with or without the body's prefix, old buffers are ignored, and everything
  /// else that is missing or unexpected is an error. Weights become float32.
  ///
  /// - Throws: ``PolicyError``, or `RunError` for a file that is not what it says.
  public static func load(
    _ folder: URL, precision: Precision = .full, type: ElementType = .float32,
    on device: Device = .cpu
  ) throws -> Decoder {
    let file = try ConfigurationFile(reading: folder.appending(path: "config.json"))
    let files = try SafetensorsFolder.open(folder)
    let shapes = file.configuration.family.parameters(of: file.configuration)
    let names = try Decoder.match(shapes, files, file.configuration, folder)
    var pairs: [(name: String, tensor: Tensor)] = []
    for shape in shapes {
      guard let name = names[shape.name], let entry = files[name] else { continue }
      guard entry.shape == shape.shape else {
        throw PolicyError.shape(
          folder: folder.path, tensor: name, expected: shape.shape, found: entry.shape)
      }
      let floating: [ElementType] = [.float64, .float32, .float16, .bfloat16]
      guard let stored = ElementType(entry.dtype), floating.contains(stored) else {
        throw PolicyError.configuration(
          file: folder.path,
          problem: "tensor \(name) has elements of type \(entry.dtype.rawValue); supported: "
            + "F64, F32, F16, BF16")
      }
      let raw = try SafetensorsReading.tensor(
        of: name, in: files, type: stored, sizes: entry.shape)
      let tensor = try raw.converted(to: type)
      let finite = try tensor.isFinite().converted(to: .float64).sum().item()
      if finite < Double(tensor.count) {
        throw PolicyError.nonfinite(
          folder: folder.path, tensor: name, count: tensor.count - Int(finite))
      }
      pairs.append((shape.name, try tensor.moved(to: device)))
    }
    return try Decoder(file, Weights(pairs), precision: precision, on: device)
  }

  /// The stored name of each tensor of the architecture.
  private static func match(
    _ shapes: [ParameterTable.Row], _ stored: SafetensorsFolder,
    _ configuration: ModelConfiguration, _ folder: URL
  ) throws -> [String: String] {
    let family = configuration.family
    let prefix = family.prefix
    var left = Set(stored.names.filter { name in !family.buffers.contains { name.hasSuffix($0) } })
    var names: [String: String] = [:]
    var missing: [String] = []
    for shape in shapes {
      let bare = shape.name.hasPrefix(prefix) ? String(shape.name.dropFirst(prefix.count)) : ""
      if left.remove(shape.name) != nil {
        names[shape.name] = shape.name
      } else if left.remove(bare) != nil {
        names[shape.name] = bare
      } else {
        missing.append(shape.name)
      }
    }
    // A tied head may be stored a second time; it must then be the embedding.
    if configuration.isTied, configuration.labels == nil, left.contains(family.head),
      let embedding = shapes.first.flatMap({ names[$0.name] })
    {
      let same = try stored.withBytes(of: family.head) { head in
        try stored.withBytes(of: embedding) { head.elementsEqual($0) }
      }
      guard same else {
        throw PolicyError.configuration(
          file: folder.appending(path: "config.json").path,
          problem: "tie_word_embeddings is true, but \(family.head) differs from \(embedding)")
      }
      left.remove(family.head)
    }
    guard missing.isEmpty, left.isEmpty else {
      throw PolicyError.tensors(
        folder: folder.path, missing: missing, unexpected: Array(left))
    }
    return names
  }

  /// Writes `config.json` and `model.safetensors` in float32; a tied head is left out.
  ///
  /// - Returns: the SHA-256 of the weights file.
  @discardableResult
  public func save(to folder: URL) throws -> String {
    try AtomicFile.write(try file.encoded(), to: folder.appending(path: "config.json"))
    return try SafetensorsReading.write(
      zip(weights.names, weights.tensors).map { ($0, $1) },
      to: folder.appending(path: "model.safetensors"))
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
