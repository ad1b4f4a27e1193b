import Foundation
import Judging
import Runs

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
    let differences = judge?.differences(from: record.judge) ?? []
    guard differences.isEmpty else {
      throw JudgingError.calibration(path: path, what: differences)
    }
  }
}
