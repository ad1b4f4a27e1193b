import Foundation

/// One object on one line, as `--json` prints it: sorted keys, `null` for nil.
public enum JSONLine {
  public static func text(of value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
