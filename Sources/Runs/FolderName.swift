/// The name of a folder that a command makes where none was named.
public enum FolderName {
  /// Parts joined by hyphens, in letters and digits that no shell and no file system takes for
  /// something else.
  ///
  /// - Parameter length: at most so many characters.
  public static func of(_ parts: [String], atMost length: Int = 100) -> String {
    let name = parts.joined(separator: "-").map { character in
      character.isLetter || character.isNumber || "._-".contains(character) ? character : "-"
    }
    return String(String(name).prefix(length))
  }
}
