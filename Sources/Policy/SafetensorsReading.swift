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
    try SafetensorsWriter.write(
      tensors.map { name, tensor in
        SafetensorsWriter.Tensor(
          name: name, dtype: tensor.type.stored, shape: tensor.sizes
        ) { append in
          let size = tensor.count * tensor.type.size
          let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 64)
          defer { buffer.deallocate() }
          try tensor.copyBytes(to: buffer)
          try append(UnsafeRawBufferPointer(buffer))
        }
      }, metadata: ["format": "pt"], to: url)
  }
}
