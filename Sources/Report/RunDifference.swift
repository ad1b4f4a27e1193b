import Foundation
import Runs

/// What differs between two runs: settings, data, versions and machine, and what was measured of the
/// methods that both have.
public struct RunDifference: Equatable {
  /// A key with what either run says of it; nil where one of them says nothing.
  public struct Entry: Equatable {
    public let key: String
    public let first: String?
    public let second: String?

    public init(key: String, first: String?, second: String?) {
      self.key = key
      self.first = first
      self.second = second
    }
  }

  /// A measurement of final checkpoints that both runs have.
  public struct Number: Equatable {
    public let subject: String
    public let first: Runs.Measurement
    public let second: Runs.Measurement
  }

  /// Of the resolved recipes, by path.
  public let settings: [Entry]
  /// Hashes of data by name.
  public let data: [Entry]
  /// Versions, device, threads, machine, seeds.
  public let circumstances: [Entry]
  /// Those that are not the same number.
  public let numbers: [Number]
  /// How many measurements are the same number, interval included.
  public let equalNumbers: Int
  /// Methods or policies that only one of them measured.
  public let only: [Entry]
  /// Whether one reward on one set of prompts measured both; nil where a run has no evaluation.
  public let areMeasuredAlike: Bool?

  /// - Throws: ``ReportError`` where a folder holds no resolved recipe, `RunError` naming file and line.
  public init(_ first: RunDirectory, _ second: RunDirectory) throws {
    let recipes = try [first, second].map(Self.recipe)
    settings = Self.entries(
      Self.flat(recipes[0]?["settings"]), Self.flat(recipes[1]?["settings"]))
    let facts = try [first, second].map { run in
      FileManager.default.fileExists(atPath: run.provenance.path)
        ? try Self.object(run.provenance) : nil
    }
    data = Self.entries(Self.flat(facts[0]?["data"]), Self.flat(facts[1]?["data"]))
    // The recipe's hash says what the settings say, and neither the command line nor the record's own hash
    // is a circumstance.
    let left: Set = ["data", "recipe", "arguments", "digest"]
    func rest(_ object: JSONObject?) -> [String: String] {
      Dictionary(
        uniqueKeysWithValues: (object?.members ?? []).filter { !left.contains($0.key) }
          .flatMap { Self.flat($0.value, $0.key) })
    }
    // What the recipe says is told there.
    let told = Set(settings.map(\.key))
    circumstances = Self.entries(rest(facts[0]), rest(facts[1])).filter { !told.contains($0.key) }
    let records = try [first, second].map { run in
      FileManager.default.fileExists(atPath: run.evaluation.path)
        ? try RecordFile.read(
          EvaluationRecord.self, from: run.evaluation, advice: RecordAdvice.measured) : nil
    }
    guard let one = records[0], let other = records[1] else {
      (numbers, equalNumbers, only, areMeasuredAlike) = ([], 0, [], nil)
      return
    }
    areMeasuredAlike = EvaluationRecord.comparable([one, other]).count == 1
    let (mine, theirs) = (Self.finals(one), Self.finals(other))
    var (found, equal) = ([Number](), 0)
    for (key, measurement) in mine {
      guard let match = theirs.first(where: { $0.key == key })?.measurement else { continue }
      if measurement.value == match.value, measurement.low == match.low,
        measurement.high == match.high
      {
        equal += 1
      } else {
        found.append(Number(subject: measurement.subject, first: measurement, second: match))
      }
    }
    (numbers, equalNumbers) = (found, equal)
    let names = [mine, theirs].map { Set($0.map(\.measurement.subject)) }
    only = names[0].symmetricDifference(names[1]).sorted().map {
      let isFirst = names[0].contains($0)
      return Entry(
        key: $0, first: isFirst ? "measured" : nil, second: isFirst ? nil : "measured")
    }
  }

  /// Nothing differs.
  public var isEmpty: Bool {
    settings.isEmpty && data.isEmpty && circumstances.isEmpty && numbers.isEmpty && only.isEmpty
  }

  private static func recipe(_ run: RunDirectory) throws -> JSONObject? {
    guard FileManager.default.fileExists(atPath: run.resolved.path) else {
      throw ReportError.missing(
        file: run.resolved.path, advice: "give the folder of a run that plumb run has begun")
    }
    return try object(run.resolved)
  }

  private static func object(_ url: URL) throws -> JSONObject {
    let bytes = try BoundedFile.read(url, atMost: 64 << 20)
    guard let object = (try? JSONParser.parse(bytes))?.object else {
      throw ReportError.malformed(file: url.path, reason: "expected a JSON object")
    }
    return object
  }

  /// Values by their paths; lists of plain values stay whole.
  private static func flat(_ value: Runs.JSONValue?, _ path: String = "") -> [String: String] {
    guard let value else { return [:] }
    guard let object = value.object else {
      return [path: value.string ?? JSONText.line(value)]
    }
    return object.members.reduce(into: [:]) { all, member in
      let name = path.isEmpty ? member.key : "\(path).\(member.key)"
      all.merge(flat(member.value, name)) { first, _ in first }
    }
  }

  private static func entries(_ first: [String: String], _ second: [String: String]) -> [Entry] {
    Set(first.keys).union(second.keys).sorted().compactMap { key in
      first[key] == second[key]
        ? nil : Entry(key: key, first: first[key], second: second[key])
    }
  }

  /// Of methods over their seeds, and of policies that stand for themselves; in order.
  private static func finals(_ record: EvaluationRecord)
    -> [(key: [String], measurement: Runs.Measurement)]
  {
    let groups = Set(record.policies.map(\.group))
    let single = Set(record.policies.filter(\.isFinal).map(\.id))
    return record.measurements.filter { measurement in
      (groups.contains(measurement.subject) || single.contains(measurement.subject))
        && (measurement.reference == nil || measurement.reference == record.reference
          || measurement.reference == "chosen")
    }.map { ([$0.name, $0.subject, $0.reference ?? ""], $0) }
  }
}
