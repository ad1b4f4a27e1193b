import Foundation
import TestSupport
import Testing

@testable import Runs

@Suite struct SafetensorsWriterTests {
  private typealias Tensor = SafetensorsWriter.Tensor

  private func write(_ tensors: [SafetensorsWriter.Tensor]) throws -> Data {
    let directory = try TemporaryFolder()
    let file = directory.url.appending(path: "x.safetensors")
    let hash = try SafetensorsWriter.write(tensors, to: file)
    let data = try Data(contentsOf: file)
    #expect(hash == SHA256.hex(of: data))
    #expect(try SafetensorsWriter.size(of: tensors) == data.count)
    return data
  }

  /// One zero of every type, named against their order:
  /// `safetensors.torch.save({n: torch.zeros(1, dtype=t) for n, t in dict(z=torch.bool, …)},
  /// {"format": "pt"})` of safetensors 0.8.0.
  @Test func bytesEqualTheReferenceWriters() throws {
    let fields = [
      ("q", "I64", 0, 8), ("r", "F64", 8, 16), ("s", "F32", 16, 20), ("t", "I32", 20, 24),
      ("u", "BF16", 24, 26), ("v", "F16", 26, 28), ("w", "I16", 28, 30), ("x", "I8", 30, 31),
      ("y", "U8", 31, 32), ("z", "BOOL", 32, 33),
    ].map { #""\#($0)":{"dtype":"\#($1)","shape":[1],"data_offsets":[\#($2),\#($3)]}"# }
    let header = #"{"__metadata__":{"format":"pt"},"# + fields.joined(separator: ",") + "}     "
    let names = "zyxwvutsrq".map(String.init)
    let tensors = zip(names, TensorType.allCases.reversed()).map { name, type in
      Tensor(name: name, dtype: type, shape: [1], data: Data(count: type.size))
    }
    #expect(
      try write(tensors) == Data([0x48, 2, 0, 0, 0, 0, 0, 0]) + Data(header.utf8) + Data(count: 33))
  }

  @Test func namesAreEscapedAsTheReferenceWriterDoes() throws {
    let name = "a\"\\\n\u{1}é/"
    let header =
      #"{"__metadata__":{"format":"pt"},"a\"\\\n\u0001é/":"#
      + #"{"dtype":"F32","shape":[0,3],"data_offsets":[0,0]}}  "#
    let tensor = Tensor(name: name, dtype: .float32, shape: [0, 3], data: Data())
    #expect(try write([tensor]) == Data([0x68, 0, 0, 0, 0, 0, 0, 0]) + Data(header.utf8))
  }

  @Test func theOrderGivenDoesNotMatter() throws {
    let tensors = (0..<20).map { index in
      Tensor(
        name: "t\(index)", dtype: index % 2 == 0 ? .float32 : .bfloat16, shape: [index],
        data: Data(repeating: UInt8(index), count: index * (index % 2 == 0 ? 4 : 2)))
    }
    #expect(try write(tensors) == write(tensors.reversed()))
  }

  @Test func whatIsWrittenIsReadBack() throws {
    let directory = try TemporaryFolder()
    let file = directory.url.appending(path: "x.safetensors")
    let big = Data((0..<700_000).map { UInt8($0 % 253) })
    let pieces = Tensor(name: "big", dtype: .uint8, shape: [700_000]) { append in
      try big.prefix(3).withUnsafeBytes { try append($0) }
      try big.dropFirst(3).withUnsafeBytes { try append($0) }
    }
    let scalar = Tensor(name: "scalar", dtype: .int64, shape: [], data: Data(1...8))
    try SafetensorsWriter.write([pieces, scalar], metadata: [:], to: file)
    let opened = try SafetensorsFile(file)
    #expect(opened.names == ["scalar", "big"])
    #expect(opened.metadata == [:])
    #expect(opened.dataOffset % 8 == 0)
    #expect(try opened.withBytes(of: "big") { Data($0) } == big)
    #expect(try opened.withBytes(of: "scalar") { Array($0) } == Array(1...8))
  }

  @Test func whatAReaderWouldRefuseIsNotWritten() throws {
    let directory = try TemporaryFolder()
    let file = directory.url.appending(path: "x.safetensors")
    let cases: [([SafetensorsWriter.Tensor], String)] = [
      (
        [
          Tensor(name: "a", dtype: .uint8, shape: [1], data: Data(count: 1)),
          Tensor(name: "a", dtype: .int8, shape: [1], data: Data(count: 1)),
        ], "tensor 'a': this name is taken"
      ),
      (
        [Tensor(name: "a", dtype: .float32, shape: [2], data: Data(count: 7))],
        "tensor 'a': F32 of shape [2] takes 8 bytes, but 7 were given"
      ),
      (
        [Tensor(name: "a", dtype: .uint8, shape: [-1], data: Data())],
        "tensor 'a': shape [-1] is negative or larger than any memory"
      ),
      (
        [
          Tensor(
            name: "a", dtype: .uint8, shape: [Int](repeating: 1, count: 9), data: Data(count: 1))
        ], "tensor 'a': has more than 8 axes"
      ),
      (
        [Tensor(name: "a\0", dtype: .uint8, shape: [0], data: Data())],
        "tensor 'a\\u{0}': its name holds a NUL"
      ),
    ]
    for (tensors, expected) in cases {
      #expect(
        message { try SafetensorsWriter.write(tensors, to: file) }
          == "\(file.filePath): \(expected)")
    }
    #expect(directory.names == [])
  }
}
