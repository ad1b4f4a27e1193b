import Foundation
import Glibc

/// Writes safetensors files that are byte for byte those of the reference writer.
///
/// Tensors are laid out by element type (larger first) and then by name; equal input gives equal
/// bytes. The file appears whole or not at all.
public enum SafetensorsWriter {
  /// One tensor to write.
  public struct Tensor {
    /// Hands out the tensor's bytes, in order, in one piece or several.
    public typealias Bytes = (_ append: (UnsafeRawBufferPointer) throws -> Void) throws -> Void

    public let name: String
    public let dtype: TensorType
    public let shape: [Int]
    let bytes: Bytes

    /// - Parameter bytes: called once, when the tensor's turn comes, so that only one tensor has
    ///   to be in memory as bytes.
    public init(name: String, dtype: TensorType, shape: [Int], bytes: @escaping Bytes) {
      self.name = name
      self.dtype = dtype
      self.shape = shape
      self.bytes = bytes
    }

    /// A tensor whose bytes are at hand.
    public init(name: String, dtype: TensorType, shape: [Int], data: Data) {
      self.init(name: name, dtype: dtype, shape: shape) { append in
        try data.withUnsafeBytes { try append($0) }
      }
    }
  }

  /// Writes a file.
  ///
  /// - Parameter metadata: written in the order of its keys; `transformers` wants `format`.
  /// - Returns: the SHA-256 of the file.
  /// - Throws: ``RunError/unwritable(path:problem:)`` for what a reader would refuse; otherwise
  ///   what the file system or a tensor's `bytes` throws.
  @discardableResult
  public static func write(
    _ tensors: [Tensor], metadata: [String: String] = ["format": "pt"], to url: URL
  ) throws -> String {
    let path = url.filePath
    let ordered = ordered(tensors)
    let header = try header(of: ordered, metadata: metadata, path: path)
    return try AtomicFile.writeHashed(to: url) { writer in
      try writer.append(header)
      for tensor in ordered {
        let start = writer.count
        try tensor.bytes { try writer.append($0) }
        let expected = tensor.dtype.byteCount(of: tensor.shape)
        guard writer.count - start == expected else {
          throw RunError.unwritable(
            path: path,
            problem: "tensor \(tensor.name.quoted): \(tensor.dtype.rawValue) of shape "
              + "\(tensor.shape) takes \(expected ?? 0) bytes, but \(writer.count - start) were "
              + "given")
        }
      }
    }
  }

  /// Asks for the bytes of all tensors in the order in which ``write(_:metadata:to:)`` does, and keeps none:
  /// for those who help another process write them.
  public static func ask(_ tensors: [Tensor]) throws {
    for tensor in ordered(tensors) { try tensor.bytes { _ in } }
  }

  /// Bytes of the file that ``write(_:metadata:to:)`` would make.
  public static func size(
    of tensors: [Tensor], metadata: [String: String] = ["format": "pt"]
  ) throws(RunError) -> Int {
    let header = try header(of: ordered(tensors), metadata: metadata, path: "")
    return tensors.reduce(header.count) { $0 + ($1.dtype.byteCount(of: $1.shape) ?? 0) }
  }

  private static func ordered(_ tensors: [Tensor]) -> [Tensor] {
    tensors.sorted {
      // Names compare by their bytes, as the reference writer does.
      $0.dtype.rank != $1.dtype.rank
        ? $0.dtype.rank < $1.dtype.rank : $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
    }
  }

  private static func header(
    of tensors: [Tensor], metadata: [String: String], path: String
  ) throws(RunError) -> Data {
    var fields: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }
        .map { "\(literal($0.key)):\(literal($0.value))" }
      fields.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    var seen: Set<String> = ["__metadata__"]
    for tensor in tensors {
      func refuse(_ problem: String) -> RunError {
        .unwritable(path: path, problem: "tensor \(tensor.name.quoted): \(problem)")
      }
      guard seen.insert(tensor.name).inserted else { throw refuse("this name is taken") }
      if let problem = SafetensorsHeader.problem(withName: tensor.name) { throw refuse(problem) }
      guard tensor.shape.count <= SafetensorsHeader.mostAxes else {
        throw refuse("has more than \(SafetensorsHeader.mostAxes) axes")
      }
      guard let bytes = tensor.dtype.byteCount(of: tensor.shape),
        case (let end, false) = offset.addingReportingOverflow(bytes)
      else { throw refuse("shape \(tensor.shape) is negative or larger than any memory") }
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      fields.append(
        "\(literal(tensor.name)):{\"dtype\":\"\(tensor.dtype.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    guard tensors.count <= SafetensorsHeader.mostTensors else {
      throw .unwritable(
        path: path, problem: "more than \(SafetensorsHeader.mostTensors) tensors in one file")
    }
    var text = Data("{\(fields.joined(separator: ","))}".utf8)
    text.append(Data(repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8))
    let length = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }
    return Data(length) + text
  }

  /// A JSON string: only quotes, backslashes and control characters are escaped.
  private static func literal(_ text: String) -> String {
    var literal = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": literal += "\\\""
      case "\\": literal += "\\\\"
      case "\u{8}": literal += "\\b"
      case "\u{C}": literal += "\\f"
      case "\n": literal += "\\n"
      case "\r": literal += "\\r"
      case "\t": literal += "\\t"
      case "\0"..<" ":
        let digits = String(scalar.value, radix: 16)
        literal += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: literal.unicodeScalars.append(scalar)
      }
    }
    return literal + "\""
  }
}
