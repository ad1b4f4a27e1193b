import Foundation
import Runs
import Torch

/// Tensors to and from safetensors files. `Runs` checks the files and never sees a tensor.
public enum SafetensorsReading {
  /// Every tensor of a file, as stored.
  public static func tensors(in url: URL) throws -> [String: Tensor] {
    let file = try SafetensorsFile(url)
    var tensors: [String: Tensor] = [:]
    for (name, entry) in file.tensors {
      guard let type = ElementType(entry.dtype) else {
        throw RunError.invalidFile(
          path: url.path, problem: "tensor \(name) has type \(entry.dtype.rawValue)")
      }
      tensors[name] = try file.withBytes(of: name) {
        try Tensor.of(bytes: $0, type: type, sizes: entry.shape)
      }
    }
    return tensors
  }

  static func tensor(
    of name: String, in folder: SafetensorsFolder, type: ElementType, sizes: [Int]
  ) throws -> Tensor {
    try folder.withBytes(of: name) {
      try Tensor.of(bytes: $0, type: type, sizes: sizes)
    }
  }

  /// - Returns: the SHA-256 of the file.
  @discardableResult
  public static func write(
    _ tensors: [(String, Tensor)], to url: URL
  ) throws -> String {
    try write(tensors.map { ($0, $1, $1.type) }, to: url)
  }

  /// A tensor to write that is there when its turn comes.
  ///
  /// - Parameter make: called once.
  public static func entry(
    _ name: String, type: ElementType, sizes: [Int], _ make: @escaping () throws -> Tensor
  ) -> SafetensorsWriter.Tensor {
    SafetensorsWriter.Tensor(name: name, dtype: type.stored, shape: sizes) { append in
      let stored = try make()
      let size = stored.count * type.size
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 64)
      defer { buffer.deallocate() }
      try stored.copyBytes(to: buffer)
      try append(UnsafeRawBufferPointer(buffer))
    }
  }

  /// Writes each tensor as a type of its own; one at a time is there in both.
  ///
  /// - Returns: the SHA-256 of the file.
  @discardableResult
  static func write(
    _ tensors: [(String, Tensor, ElementType)], metadata: [String: String] = ["format": "pt"],
    to url: URL
  ) throws -> String {
    try SafetensorsWriter.write(
      tensors.map { name, tensor, type in
        entry(name, type: type, sizes: tensor.sizes) { try narrowed(tensor, to: type, name, url) }
      }, metadata: metadata, to: url)
  }

  /// float16 ends at 65504: what lies beyond would be infinite, and the folder could not be read again.
  private static func narrowed(
    _ tensor: Tensor, to type: ElementType, _ name: String, _ url: URL
  ) throws -> Tensor {
    guard tensor.type != type else { return tensor }
    let narrow = try tensor.detached().converted(to: type)
    guard type == .float16 else { return narrow }
    let lost = try tensor.detached().isFinite().and(narrow.isFinite().not())
      .converted(to: .float64).sum().item()
    guard lost == 0 else {
      throw PolicyError.beyondType(
        file: url.path, tensor: name, type: type.torchName, count: Int(lost))
    }
    return narrow
  }
}
