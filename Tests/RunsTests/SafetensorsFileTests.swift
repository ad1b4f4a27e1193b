import Foundation
import TestSupport
import Testing

@testable import Runs

/// A safetensors file with any header and `data` zero bytes.
func safetensors(_ header: [UInt8], data: Int = 0, length: UInt64? = nil) -> Data {
  let length = length ?? UInt64(header.count)
  return Data((0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }) + Data(header)
    + Data(count: data)
}

@Suite struct SafetensorsFileTests {
  private func problem(_ content: Data) throws -> String? {
    let directory = try TemporaryFolder()
    let file = directory.url.appending(path: "x.safetensors")
    try content.write(to: file)
    do {
      _ = try SafetensorsFile(file)
      return nil
    } catch RunError.invalidFile(file.filePath, let problem) {
      return problem
    }
  }

  @Test func tensorsAreReadBack() throws {
    let directory = try TemporaryFolder()
    let file = directory.url.appending(path: "x.safetensors")
    let header = """
      {"b":{"dtype":"U8","shape":[3],"data_offsets":[8,11]} , "__metadata__":{"format":"pt"},
      "a\\u00e9\\ud83d\\ude00\\/":{"data_offsets":[0,8],"shape":[2,1],"dtype":"F32"},
      "none":{"dtype":"I64","shape":[0,5],"data_offsets":[8,8]},
      "one":{"dtype":"BOOL","shape":[],"data_offsets":[11,12]}}
      """
    var content = safetensors(Array(header.utf8))
    content += Data(0..<12)
    try content.write(to: file)
    let opened = try SafetensorsFile(file)
    #expect(opened.names == ["aé😀/", "none", "b", "one"])
    #expect(opened.metadata == ["format": "pt"])
    #expect(
      opened.tensors["aé😀/"]
        == SafetensorsFile.Entry(dtype: .float32, shape: [2, 1], range: 0..<8))
    #expect(try opened.withBytes(of: "b") { Array($0) } == [8, 9, 10])
    #expect(try opened.withBytes(of: "none") { $0.count } == 0)
    #expect(try opened.withBytes(of: "one") { Array($0) } == [11])
    #expect(
      message { _ = try opened.withBytes(of: "c") { _ in } }
        == "\(file.filePath): has no tensor 'c'")
    var small: [UInt8] = [0]
    #expect(
      message { try small.withUnsafeMutableBytes { try opened.read("b", into: $0) } }
        == "\(file.filePath): tensor 'b' has 3 bytes; a buffer of 1 was offered")
  }

  @Test func aFileOfNoTensorsIsWhole() throws {
    #expect(try problem(safetensors(Array("{}   ".utf8))) == nil)
  }

  @Test func lengthsAreChecked() throws {
    #expect(
      try problem(Data([1, 2])) == "has 2 bytes; a safetensors file begins with 8 bytes of length")
    #expect(try problem(safetensors([])) == "byte 0: empty header")
    #expect(
      try problem(safetensors([], length: 2))
        == "byte 0: a header of 2 bytes is announced, but the file has only 8 bytes; it is cut "
        + "short")
    #expect(
      try problem(safetensors([], length: 100_000_001))
        == "byte 0: a header of 100000001 bytes is announced; at most 100000000 are allowed: not "
        + "a safetensors file")
    #expect(
      try problem(safetensors([], length: .max))
        == "byte 0: a header of 18446744073709551615 bytes is announced; at most 100000000 are "
        + "allowed: not a safetensors file")
  }

  private static let a = #""a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#

  @Test(arguments: [
    // Not JSON.
    ("[1]", 0, "byte 8: the header does not begin with '{': not a safetensors file"),
    (" {}", 0, "byte 8: the header does not begin with '{': not a safetensors file"),
    ("{", 0, "byte 9: ends early; expected a key in quotes"),
    ("{}x", 0, "byte 10: the header goes on after its last '}'"),
    (#"{"a"}"#, 0, "byte 12: expected a colon, found '}'"),
    (#"{"a"#, 0, "byte 11: the text has no closing quote"),
    (
      "{\"a\nb\":1}", 0,
      "byte 11: raw control character in a text; write it as \\n, \\t or \\u00XX"
    ),
    (#"{"\x":1}"#, 0, "byte 10: unknown escape in a text"),
    (#"{"\ud800":1}"#, 0, "byte 10: lone surrogate; half a character"),
    (#"{"\u12g4":1}"#, 0, "byte 10: \\u needs four hexadecimal digits"),
    ("{\(a),}", 4, "byte 62: expected a key in quotes, found '}'"),
    (#"{"a":[[[[[[[[[["#, 0, "byte 13: tensor 'a': expected an object, found '['"),
    (#"{"__metadata__":{"k":1}}"#, 0, "byte 29: expected a text, found '1'"),
    (#"{"__metadata__":{"k":"1","k":"2"}}"#, 0, "byte 33: the metadata hold two keys 'k'"),
    (
      #"{"__metadata__":{},"__metadata__":{}}"#, 0,
      "byte 42: the header holds two keys '__metadata__'"
    ),
    // Tensors.
    ("{\(a),\(a)}", 4, "byte 66: tensor 'a': the header holds this name twice"),
    (
      #"{"\u0061":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"# + a + "}", 4,
      "byte 71: tensor 'a': the header holds this name twice"
    ),
    (#"{"a":{}}"#, 0, "byte 13: tensor 'a': has no 'dtype'"),
    (#"{"a":{"dtype":"F32"}}"#, 0, "byte 13: tensor 'a': has no 'shape'"),
    (#"{"a":{"dtype":"F32","shape":[]}}"#, 0, "byte 13: tensor 'a': has no 'data_offsets'"),
    (#"{"a":{"dtype":"F32","dtype":"F32"}}"#, 0, "byte 36: tensor 'a': has two 'dtype'"),
    (#"{"a":{"dtypo":"F32"}}"#, 0, "byte 22: tensor 'a': has an unknown field 'dtypo'"),
    (
      #"{"a":{"dtype":"F8_E4M3"}}"#, 0,
      "byte 22: tensor 'a': dtype 'F8_E4M3' is not supported; convert it to one of I64, F64, F32, "
        + "I32, BF16, F16, I16, I8, U8, BOOL"
    ),
    (
      #"{"a":{"shape":[-1]}}"#, 0,
      "byte 23: tensor 'a': expected a whole number from 0 up, found '-'"
    ),
    (
      #"{"a":{"shape":[1.0]}}"#, 0,
      "byte 23: tensor 'a': expected a whole number from 0 up, found '1'"
    ),
    (
      #"{"a":{"shape":[01]}}"#, 0,
      "byte 23: tensor 'a': expected a whole number from 0 up, found '0'"
    ),
    (
      #"{"a":{"shape":[99999999999999999999]}}"#, 0,
      "byte 23: tensor 'a': holds a number that is too large"
    ),
    (#"{"a":{"shape":[1,1,1,1,1,1,1,1,1]}}"#, 0, "byte 39: tensor 'a': has more than 8 axes"),
    (
      #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#, 0,
      "byte 13: tensor 'a': shape [4611686018427387904, 4] is larger than any memory"
    ),
    (
      #"{"a":{"dtype":"F64","shape":[4611686018427387904],"data_offsets":[0,0]}}"#, 0,
      "byte 13: tensor 'a': shape [4611686018427387904] is larger than any memory"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4,
      "byte 13: tensor 'a': F32 of shape [2] takes 8 bytes, but its data_offsets span 4"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,0]}}"#, 4,
      "byte 55: tensor 'a': its data end (0) before they begin (4)"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4,8]}}"#, 4,
      "byte 60: tensor 'a': its data_offsets are more than two"
    ),
    (
      "{\"\(String(repeating: "n", count: 513))\":{}}", 0,
      "byte 525: tensor '\(String(repeating: "n", count: 79))…': its name is longer than 512 bytes"
    ),
    (#"{"a\u0000":{}}"#, 0, "byte 19: tensor 'a\\u{0}': its name holds a NUL"),
    // Coverage of the data.
    (
      "{\(a)}", 3,
      "byte 8: tensor 'a': its data end at byte 4 of the data, but the file holds only 3; it is cut short"
    ),
    ("{\(a)}", 5, "byte 8: 1 bytes after the last tensor belong to none"),
    ("{}", 1, "byte 8: 1 bytes after the last tensor belong to none"),
    (
      #"{"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},"# + a + "}", 12,
      "byte 8: tensor 'b': bytes 4..<8 of the data, before it, belong to no tensor"
    ),
    (
      #"{"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]},"# + a + "}", 6,
      "byte 8: tensor 'b': its data begin at byte 2 of the data, inside the tensor before it, "
        + "which ends at 4"
    ),
    (
      #"{"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"# + a + "}", 4,
      "byte 8: tensor 'a': its data begin at byte 0 of the data, inside the tensor before it, "
        + "which ends at 4"
    ),
  ])
  func badHeadersAreRefused(header: String, data: Int, expected: String) throws {
    let found = try problem(safetensors(Array(header.utf8), data: data))
    #expect(found == expected)
  }

  @Test func textThatIsNotUTF8IsRefused() throws {
    let header = Array(#"{"a"#.utf8) + [0xFF] + Array(#"":{}}"#.utf8)
    #expect(try problem(safetensors(header)) == "byte 11: not UTF-8; save the file as UTF-8")
  }

  @Test func tooManyTensorsAreRefusedBeforeTheRestIsRead() throws {
    var header = Array("{".utf8)
    for index in 0...200_000 {
      header += Array(#""\#(index)":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"#.utf8)
    }
    // What follows is not even JSON.
    let text = try #require(try problem(safetensors(header + Array("!!".utf8))))
    #expect(text.hasSuffix(": the header holds more than 200000 tensors"))
  }

  @Test func everyTruncationIsRefused() throws {
    let header = "{\(Self.a),\"b\":{\"dtype\":\"I16\",\"shape\":[2],\"data_offsets\":[4,8]}}"
    let whole = safetensors(Array(header.utf8), data: 8)
    #expect(try problem(whole) == nil)
    for size in 0..<whole.count {
      #expect(try problem(whole.prefix(size)) != nil, "\(size) bytes")
    }
  }

  @Test func aFileCutWhileOpenGivesAnError() throws {
    let directory = try TemporaryFolder()
    let file = directory.url.appending(path: "x.safetensors")
    try safetensors(Array("{\(Self.a)}".utf8), data: 4).write(to: file)
    let opened = try SafetensorsFile(file)
    let writer = try FileHandle(forWritingTo: file)
    try writer.truncate(atOffset: UInt64(opened.dataOffset + 1))
    #expect(
      message { try opened.withBytes(of: "a") { _ in } }
        == "\(file.filePath): ended inside bytes 62..<66 while being read; it was cut or replaced "
        + "meanwhile")
  }

  @Test func aPipeIsRefusedWithoutWaiting() throws {
    let directory = try TemporaryFolder()
    let pipe = directory.url.appending(path: "x.safetensors")
    #expect(mkfifo(pipe.filePath, 0o600) == 0)
    #expect(
      message { _ = try SafetensorsFile(pipe) } == "\(pipe.filePath): is not a plain file")
  }
}
