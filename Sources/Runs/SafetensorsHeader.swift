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

  /// Names in the order of their data.
  private(set) var names: [String] = []
  private(set) var tensors: [String: SafetensorsFile.Entry] = [:]
  private(set) var metadata: [String: String] = [:]

  /// - Parameters:
  ///   - bytes: the JSON text, without the eight bytes of its length.
  ///   - dataBytes: how many bytes follow it in the file.
  /// - Throws: a failure whose position counts from the start of the file.
  init(_ bytes: [UInt8], dataBytes: Int) throws(JSONScanner.Failure) {
    do throws(JSONScanner.Failure) {
      try parse(bytes)
      try checkCoverage(dataBytes)
    } catch {
      throw JSONScanner.Failure(problem: error.problem, position: error.position + 8)
    }
  }

  private mutating func parse(_ bytes: [UInt8]) throws(JSONScanner.Failure) {
    var scanner = JSONScanner(bytes)
    guard bytes.first == UInt8(ascii: "{") else {
      throw scanner.failure("the header does not begin with '{': not a safetensors file")
    }
    // Hardly a tensor is described in fewer bytes; growing step by step would cost half the time.
    tensors.reserveCapacity(min(bytes.count / 80, Self.mostTensors))
    var hasMetadata = false
    try scanner.object { (scanner, name) throws(JSONScanner.Failure) in
      if name == "__metadata__" {
        if hasMetadata { throw scanner.failure("the header holds two keys '__metadata__'") }
        hasMetadata = true
        try parseMetadata(&scanner)
      } else {
        try parseTensor(name, &scanner)
      }
    }
    scanner.skipSpace()
    guard scanner.isAtEnd else { throw scanner.failure("the header goes on after its last '}'") }
  }

  private mutating func parseMetadata(
    _ scanner: inout JSONScanner
  ) throws(JSONScanner.Failure) {
    try scanner.object { (scanner, key) throws(JSONScanner.Failure) in
      let start = scanner.position
      guard metadata.updateValue(try scanner.string(), forKey: key) == nil else {
        throw scanner.failure("the metadata hold two keys \(key.quoted)", at: start)
      }
    }
  }

  private mutating func parseTensor(
    _ name: String, _ scanner: inout JSONScanner
  ) throws(JSONScanner.Failure) {
    let start = scanner.position
    func refuse(_ problem: String) -> JSONScanner.Failure {
      scanner.failure("tensor \(name.quoted): \(problem)", at: start)
    }
    if tensors.count == Self.mostTensors {
      throw scanner.failure("the header holds more than \(Self.mostTensors) tensors")
    }
    if let problem = Self.problem(withName: name) { throw refuse(problem) }

    var dtype: TensorType?
    var shape: [Int]?
    var range: Range<Int>?
    do throws(JSONScanner.Failure) {
      try scanner.object { (scanner, key) throws(JSONScanner.Failure) in
        switch key {
        case "dtype" where dtype == nil: dtype = try Self.type(&scanner)
        case "shape" where shape == nil: shape = try Self.shape(&scanner)
        case "data_offsets" where range == nil: range = try Self.range(&scanner)
        case "dtype", "shape", "data_offsets": throw scanner.failure("has two \(key.quoted)")
        default: throw scanner.failure("has an unknown field \(key.quoted)")
        }
      }
    } catch {
      throw JSONScanner.Failure(
        problem: "tensor \(name.quoted): \(error.problem)", position: error.position)
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

  private static func type(
    _ scanner: inout JSONScanner
  ) throws(JSONScanner.Failure) -> TensorType {
    scanner.skipSpace()
    let start = scanner.position
    let name = try scanner.string()
    guard let type = TensorType.allCases.first(where: { $0.rawValue == name }) else {
      throw scanner.failure(
        "dtype \(name.quoted) is not supported; convert it to one of "
          + TensorType.allCases.map(\.rawValue).joined(separator: ", "), at: start)
    }
    return type
  }

  private static func shape(_ scanner: inout JSONScanner) throws(JSONScanner.Failure) -> [Int] {
    var shape: [Int] = []
    try scanner.array { (scanner) throws(JSONScanner.Failure) in
      if shape.count == mostAxes { throw scanner.failure("has more than \(mostAxes) axes") }
      shape.append(try scanner.unsigned())
    }
    return shape
  }

  private static func range(
    _ scanner: inout JSONScanner
  ) throws(JSONScanner.Failure) -> Range<Int> {
    try scanner.expect("[")
    let start = scanner.position
    let lower = try scanner.unsigned()
    try scanner.expect(",")
    let upper = try scanner.unsigned()
    try scanner.expect("]")
    guard lower <= upper else {
      throw scanner.failure("its data end (\(upper)) before they begin (\(lower))", at: start)
    }
    return lower..<upper
  }

  /// Every byte of data belongs to exactly one tensor: no gap, no overlap, none left over.
  /// Positions count from the start of the data, which the message says.
  private mutating func checkCoverage(_ dataBytes: Int) throws(JSONScanner.Failure) {
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
        throw JSONScanner.Failure(
          problem: start < end
            ? "tensor \(name): its data begin at byte \(start) of the data, inside the tensor "
              + "before it, which ends at \(end)"
            : "tensor \(name): bytes \(end)..<\(start) of the data, before it, belong to no tensor",
          position: 0)
      }
      end = span.range.upperBound
      guard end <= dataBytes else {
        throw JSONScanner.Failure(
          problem: "tensor \(name): its data end at byte \(end) of the data, but the file holds "
            + "only \(dataBytes); it is cut short", position: 0)
      }
    }
    guard end == dataBytes else {
      throw JSONScanner.Failure(
        problem: "\(dataBytes - end) bytes after the last tensor belong to none", position: 0)
    }
    names = spans.map { names[$0.index] }
  }
}
