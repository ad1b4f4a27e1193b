/// What a safetensors file says about its tensors, checked in full before any tensor is read.
///
/// Stricter than the reference reader: two equal keys, unknown fields of a tensor, numbers with
/// sign or fraction, more than 200,000 tensors, more than 8 axes, and names that are empty of
/// sense (over 512 bytes, or with a NUL) are refused.
struct SafetensorsHeader {
  static let largestHeader = 100_000_000
  static let mostTensors = 200_000
  static let mostAxes = 8
  static let longestName = 512

  /// What is wrong, and at which byte of the file.
  struct Failure: Error, Equatable {
    let problem: String
    let position: Int
  }

  /// Names in the order of their data.
  private(set) var names: [String] = []
  private(set) var tensors: [String: SafetensorsFile.Entry] = [:]
  private(set) var metadata: [String: String] = [:]

  /// - Parameters:
  ///   - bytes: the JSON text, without the eight bytes of its length.
  ///   - dataBytes: how many bytes follow it in the file.
  /// - Throws: a failure whose position counts from the start of the file.
  init(_ bytes: [UInt8], dataBytes: Int) throws(Failure) {
    do throws(JSONError) {
      try JSONParser.read(bytes) { parser throws(JSONError) in try parse(bytes, &parser) }
    } catch {
      throw Failure(problem: error.problem, position: error.offset + 8)
    }
    try checkCoverage(dataBytes)
  }

  private mutating func parse(_ bytes: [UInt8], _ parser: inout JSONParser) throws(JSONError) {
    guard bytes.first == UInt8(ascii: "{") else {
      throw parser.failure("the header does not begin with '{': not a safetensors file")
    }
    // Hardly a tensor is described in fewer bytes; growing step by step would cost half the time.
    tensors.reserveCapacity(min(bytes.count / 80, Self.mostTensors))
    var hasMetadata = false
    try parser.object { (parser, name, _) throws(JSONError) in
      if name == "__metadata__" {
        if hasMetadata { throw parser.failure("the header holds two keys '__metadata__'") }
        hasMetadata = true
        try parseMetadata(&parser)
      } else {
        try parseTensor(name, &parser)
      }
    }
    guard parser.peek() == nil else {
      throw parser.failure("the header goes on after its last '}'")
    }
  }

  private mutating func parseMetadata(_ parser: inout JSONParser) throws(JSONError) {
    try parser.object { (parser, key, start) throws(JSONError) in
      guard metadata.updateValue(try parser.text(), forKey: key) == nil else {
        throw parser.failure("the metadata hold two keys \(key.quoted)", at: start)
      }
    }
  }

  private mutating func parseTensor(
    _ name: String, _ parser: inout JSONParser
  ) throws(JSONError) {
    let start = parser.offset
    func refuse(_ problem: String) -> JSONError {
      parser.failure("tensor \(name.quoted): \(problem)", at: start)
    }
    if tensors.count == Self.mostTensors {
      throw parser.failure("the header holds more than \(Self.mostTensors) tensors")
    }
    if let problem = Self.problem(withName: name) { throw refuse(problem) }

    var dtype: TensorType?
    var shape: [Int]?
    var range: Range<Int>?
    do throws(JSONError) {
      try parser.object { (parser, key, _) throws(JSONError) in
        switch key {
        case "dtype" where dtype == nil: dtype = try Self.type(&parser)
        case "shape" where shape == nil: shape = try Self.shape(&parser)
        case "data_offsets" where range == nil: range = try Self.range(&parser)
        case "dtype", "shape", "data_offsets": throw parser.failure("has two \(key.quoted)")
        default: throw parser.failure("has an unknown field \(key.quoted)")
        }
      }
    } catch {
      throw parser.failure("tensor \(name.quoted): \(error.problem)", at: error.offset)
    }
    guard let dtype else { throw refuse("has no 'dtype'") }
    guard let shape else { throw refuse("has no 'shape'") }
    guard let range else { throw refuse("has no 'data_offsets'") }
    guard let bytes = dtype.byteCount(of: shape) else {
      throw refuse("shape \(shape) is larger than any memory")
    }
    guard bytes == range.count else {
      throw refuse(
        "\(dtype.rawValue) of shape \(shape) takes \(bytes) bytes, but its data_offsets span "
          + "\(range.count)")
    }
    let entry = SafetensorsFile.Entry(dtype: dtype, shape: shape, range: range)
    guard tensors.updateValue(entry, forKey: name) == nil else {
      throw refuse("the header holds this name twice")
    }
    names.append(name)
  }

  /// Why a tensor cannot have this name; nil where it can.
  static func problem(withName name: String) -> String? {
    if name.utf8.count > longestName { return "its name is longer than \(longestName) bytes" }
    return name.utf8.contains(0) ? "its name holds a NUL" : nil
  }

  private static func type(_ parser: inout JSONParser) throws(JSONError) -> TensorType {
    _ = parser.peek()
    let start = parser.offset
    let name = try parser.text()
    guard let type = TensorType.allCases.first(where: { $0.rawValue == name }) else {
      throw parser.failure(
        "dtype \(name.quoted) is not supported; convert it to one of "
          + TensorType.allCases.map(\.rawValue).joined(separator: ", "), at: start)
    }
    return type
  }

  private static func shape(_ parser: inout JSONParser) throws(JSONError) -> [Int] {
    var shape: [Int] = []
    try parser.array { (parser) throws(JSONError) in
      if shape.count == mostAxes { throw parser.failure("has more than \(mostAxes) axes") }
      shape.append(try parser.unsigned())
    }
    return shape
  }

  private static func range(_ parser: inout JSONParser) throws(JSONError) -> Range<Int> {
    var bounds: [Int] = []
    _ = parser.peek()
    let start = parser.offset
    try parser.array { (parser) throws(JSONError) in
      if bounds.count == 2 { throw parser.failure("its data_offsets are more than two") }
      bounds.append(try parser.unsigned())
    }
    guard bounds.count == 2 else { throw parser.failure("its data_offsets are not two", at: start) }
    guard bounds[0] <= bounds[1] else {
      throw parser.failure(
        "its data end (\(bounds[1])) before they begin (\(bounds[0]))", at: start)
    }
    return bounds[0]..<bounds[1]
  }

  /// Every byte of data belongs to exactly one tensor: no gap, no overlap, none left over.
  /// Positions count from the start of the data, which the message says.
  private mutating func checkCoverage(_ dataBytes: Int) throws(Failure) {
    let spans = names.enumerated()
      .map { (range: tensors[$1]?.range ?? 0..<0, index: $0) }
      .sorted {
        ($0.range.lowerBound, $0.range.upperBound, $0.index)
          < ($1.range.lowerBound, $1.range.upperBound, $1.index)
      }
    var end = 0
    for span in spans {
      var name: String { names[span.index].quoted }
      let start = span.range.lowerBound
      if start != end {
        throw Failure(
          problem: start < end
            ? "tensor \(name): its data begin at byte \(start) of the data, inside the tensor "
              + "before it, which ends at \(end)"
            : "tensor \(name): bytes \(end)..<\(start) of the data, before it, belong to no tensor",
          position: 8)
      }
      end = span.range.upperBound
      guard end <= dataBytes else {
        throw Failure(
          problem: "tensor \(name): its data end at byte \(end) of the data, but the file holds "
            + "only \(dataBytes); it is cut short", position: 8)
      }
    }
    guard end == dataBytes else {
      throw Failure(
        problem: "\(dataBytes - end) bytes after the last tensor belong to none", position: 8)
    }
    names = spans.map { names[$0.index] }
  }
}
