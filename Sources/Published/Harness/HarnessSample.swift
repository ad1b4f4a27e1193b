import Corpus
import Runs

/// One line of lm-evaluation-harness' `samples_<task>_<date>.jsonl`.
public struct HarnessSample: Sendable, Equatable {
  public var document: Int
  /// As text, also where the task has numbers.
  public var target: String
  /// Of tasks that read a reply in several ways; `none` for those that do not.
  public var filter: String?
  /// Numbers of the line's metrics, by name.
  public var metrics: [String: Double]
  /// The first response of the first request, after its filter.
  public var response: String?
  /// Tells other documents under the same number apart: the program's hashes of document and prompt,
  /// or else of what stands in the line.
  public var content: String?

  public init(
    document: Int, target: String, metrics: [String: Double], filter: String? = nil,
    response: String? = nil, content: String? = nil
  ) {
    self.content = content
    self.filter = filter
    self.document = document
    self.target = target
    self.metrics = metrics
    self.response = response
  }

  private static let described: Set = ["doc_id", "doc", "target", "arguments", "resps"]

  /// - Throws: ``PublishedError`` with the place of every row that is wrong.
  public static func read(_ path: String) throws(PublishedError) -> [HarnessSample] {
    try RowFile.read(path) { row throws(PublishedError) in
      var metrics: [String: Double] = [:]
      for member in row.object.members where !described.contains(member.key) {
        if let value = member.value.number { metrics[member.key] = value }
        if let value = member.value.boolean { metrics[member.key] = value ? 1 : 0 }
      }
      let filtered = row.object["filtered_resps"]?.array?.first
      return HarnessSample(
        document: try row.integer("doc_id"), target: try Self.target(row),
        metrics: metrics, filter: try row.optionalString("filter"),
        response: filtered?.string ?? filtered?.array?.first?.string,
        content: Self.content(row))
    }
  }

  /// The document alone where it is there: systems may be asked in other words.
  private static func content(_ row: FieldReader) -> String? {
    for name in ["doc_hash", "doc", "prompt_hash", "arguments"] {
      guard let value = row.object[name] else { continue }
      if let hash = value.string { return hash }
      return SHA256.hex(of: JSONText.line(value))
    }
    return nil
  }

  private static func target(_ row: FieldReader) throws(PublishedError) -> String {
    guard let value = row.object["target"] else {
      throw row.wrong("target", "is missing", advice: "give it the answer that is right")
    }
    return value.string ?? JSONText.line(value)
  }

  public static func text(_ samples: [HarnessSample]) -> String {
    JSONBuilder.lines(
      samples.map { sample in
        JSONBuilder.object(
          [
            ("doc_id", .integer(sample.document)), ("target", .string(sample.target)),
            ("filtered_resps", .array(sample.response.map { [.string($0)] } ?? [])),
            ("filter", sample.filter.map { .string($0) }),
          ] + sample.metrics.sorted { $0.key < $1.key }.map { ($0.key, .number($0.value)) })
      })
  }
}
