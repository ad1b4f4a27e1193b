import Foundation
import Judging
import Runs
import Statistics

/// A calibration as it was typed, for the judge that is asked now.
public struct CalibrationFile: Sendable {
  public let record: CalibrationRecord
  public let sha256: String

  /// - Parameter judge: nil where it is not known yet, and is held against the file later.
  /// - Throws: `JudgingError.calibration` for another judge, template, parser or setting.
  public init?(_ path: String?, for judge: JudgeIdentity?) throws {
    guard let path else { return nil }
    let url = URL(filePath: path)
    guard FileManager.default.fileExists(atPath: url.path) else {
      throw RunError.invalidFile(
        path: path, problem: "no such file; give one that plumb calibrate wrote")
    }
    record = try RecordFile.read(
      CalibrationRecord.self, from: url, advice: "give a file that plumb calibrate wrote")
    sha256 = try SHA256.hex(ofFile: url)
    if let problem = Self.contradiction(in: record) {
      throw RunError.invalidFile(
        path: path, problem: "\(problem); let plumb calibrate write it again")
    }
    let differences = judge?.differences(from: record.judge) ?? []
    guard differences.isEmpty else {
      throw JudgingError.calibration(path: path, what: differences)
    }
  }

  /// What labels and numbers say against each other: gates hold to the one, corrections to the other.
  private static func contradiction(in record: CalibrationRecord) -> String? {
    let alike = Dictionary(grouping: record.labels, by: \.prompt).values.map { labels in
      labels.map { side($0.majority) == side($0.judge) ? 1.0 : 0 }.sorted()
    }
    let sorted = alike.sorted { $0.lexicographicallyPrecedes($1) }
    guard let found = Inference().share(sorted).map(JudgedShare.init) else { return nil }
    guard let kept = record.agreement else { return "has labels, and no agreement" }
    func isNear(_ one: Double?, _ other: Double?) -> Bool {
      abs((one ?? -1) - (other ?? -1)) < 1e-9
    }
    return isNear(found.value, kept.value) && isNear(found.low, kept.low)
      && isNear(found.high, kept.high)
      ? nil : "its agreement is not that of its labels"
  }

  private static func side(_ share: Double) -> Int { share > 0.5 ? 1 : share < 0.5 ? -1 : 0 }
}
