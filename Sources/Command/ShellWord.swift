import Foundation

/// Words of a command as a shell reads them.
public enum ShellWord {
  /// As it stands where it holds nothing that a shell understands, else in single quotes.
  public static func quoted(_ word: String) -> String {
    let isPlain =
      !word.isEmpty && word.utf8.allSatisfy { isPlainByte($0) }
    return isPlain ? word : "'\(word.replacing("'", with: "'\\''"))'"
  }

  public static func line(_ words: [String]) -> String {
    words.map(quoted).joined(separator: " ")
  }

  /// Whether make, Snakemake and a shell take a path as it is.
  public static func isPlainPath(_ path: String) -> Bool {
    !path.isEmpty && path.utf8.allSatisfy { $0 != UInt8(ascii: "=") && isPlainByte($0) }
  }

  private static func isPlainByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "._-/@+,=".utf8.contains(byte)
    }
  }
}
