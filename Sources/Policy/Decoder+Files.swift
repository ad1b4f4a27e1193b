import Foundation
import Runs
import Torch

extension Decoder {
  /// Reads a Hugging Face folder: `config.json` and safetensors weights, which become float32.
  ///
  /// - Throws: ``PolicyError``, or `RunError` for a file that is not what it says.
  public static func load(
    _ folder: URL, precision: Precision = .full, type: ElementType = .float32,
    on device: Device = .cpu
  ) throws -> Decoder {
    let stored = try StoredWeights(folder)
    return try Decoder(
      stored.file, stored.read(as: type, on: device), storedAs: stored.types,
      precision: precision, on: device)
  }

  /// Writes `config.json` and `model.safetensors`, each tensor as the type that it came in; a tied head
  /// is left out.
  ///
  /// - Returns: the SHA-256 of the weights file.
  /// - Throws: ``PolicyError/beyondType(file:tensor:type:count:)``.
  @discardableResult
  public func save(to folder: URL) throws -> String {
    try AtomicFile.write(
      try file.encoded(storedAs: stored.common), to: folder.appending(path: "config.json"))
    return try SafetensorsReading.write(
      zip(weights.names, weights.tensors).map { name, tensor in
        (name, tensor, stored[name])
      }, to: folder.appending(path: "model.safetensors"))
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
