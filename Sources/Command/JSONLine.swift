import Foundation
import Runs

/// One object on one line, as `--json` prints it and records are written: sorted keys in `snake_case`,
/// without those of nil.
public enum JSONLine {
  public static func text(of value: some Encodable) throws -> String {
    String(decoding: try RecordFile.line(value), as: UTF8.self)
  }
}
