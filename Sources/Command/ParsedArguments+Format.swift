import Runs

extension ParsedArguments {
  /// How results are printed: by `--format`, or by `--json`, which is short for one of its words.
  ///
  /// - Throws: ``CommandError`` for a word that the command does not have, with those that it has.
  func outputFormat() throws(CommandError) -> OutputFormat {
    guard let name = specification?.name else { return has(.json) ? .json : .text }
    let formats = CommandFormats.of(name)
    let option = CommandOption.format(of: name)
    guard let word = try words(option, of: formats.words).last else {
      return has(.json) ? .json : .text
    }
    let format = formats.shared.first { $0.rawValue == word }
    if has(.json), let format, format != .json {
      throw .conflict(option: "--format \(word)", with: "--json")
    }
    return has(.json) ? .json : format ?? .text
  }

  /// The word of `--format` that the command alone has.
  var ownFormat: String? {
    guard let name = specification?.name else { return nil }
    return text(.format(of: name)).flatMap { CommandFormats.of(name).own.contains($0) ? $0 : nil }
  }
}
