import Foundation
import Recipe

/// The words of a command line sorted into command, options and operands.
///
/// Options may stand anywhere, as `--name value`, `--name=value`, `-n value` or `-nvalue`; after
/// `--` everything is an operand. Nothing is guessed: not a shortened name, not a repeated option.
struct ParsedArguments {
  private(set) var specification: CommandSpecification?
  private(set) var operands: [String] = []
  private var options: [String: [String]] = [:]

  init(_ arguments: [String]) throws(CommandError) {
    let (command, rest) = try ParsedArguments.command(arguments)
    specification = command
    var words = rest[...]
    var onlyOperands = false
    while let word = words.popFirst() {
      if onlyOperands || word == "-" || !word.hasPrefix("-") {
        operands.append(word)
      } else if word == "--" {
        onlyOperands = true
      } else {
        try readOption(word, &words)
      }
    }
  }

  /// The command is the first word that is no option; the options before it take no values.
  private static func command(
    _ arguments: [String]
  ) throws(CommandError) -> (CommandSpecification?, [String]) {
    guard let index = arguments.firstIndex(where: { !$0.hasPrefix("-") }) else {
      return (nil, arguments)
    }
    let word = arguments[index]
    guard let name = CommandName(rawValue: word) else {
      let names = CommandName.allCases.map(\.rawValue)
      throw .unknownCommand(word, nearest: NearestName.of(word, among: names))
    }
    var rest = arguments
    rest.remove(at: index)
    return (.of(name), rest)
  }

  private mutating func readOption(
    _ word: String, _ rest: inout ArraySlice<String>
  ) throws(CommandError) {
    let (option, attached) = try split(word)
    let shown = word.hasPrefix("--") ? "--\(option.name)" : "-\(option.letter ?? "?")"
    guard let valueName = option.value else {
      guard attached == nil else { throw .unexpectedValue(option: shown) }
      options[option.name] = []
      return
    }
    if option.isValueOptional {
      if options[option.name] != nil { throw .repeated(option: shown) }
      let follows = rest.first.map { LiveRequest.isPort($0) } ?? false
      options[option.name] = (attached ?? (follows ? rest.popFirst() : nil)).map { [$0] } ?? []
      return
    }
    guard let value = attached ?? rest.popFirst() else {
      throw .missingValue(option: shown, value: valueName)
    }
    if !option.isRepeatable, options[option.name] != nil { throw .repeated(option: shown) }
    options[option.name, default: []].append(value)
  }

  /// The option that a word names, and the value attached to it.
  private func split(_ word: String) throws(CommandError) -> (CommandOption, String?) {
    let known = (specification?.options ?? []) + CommandOption.common
    if word.hasPrefix("--") {
      let parts = word.dropFirst(2).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      if let option = known.first(where: { $0.name == name }) {
        return (option, parts.count == 2 ? String(parts[1]) : nil)
      }
      let nearest = NearestName.of(name, among: known.map(\.name)).map { "--\($0)" }
      throw unknown("--\(name)", nearest: nearest)
    }
    let letter = word[word.index(after: word.startIndex)]
    if let option = known.first(where: { $0.letter == letter }) {
      let attached = word.dropFirst(2)
      return (option, attached.isEmpty ? nil : String(attached))
    }
    let name = String(word.dropFirst())
    let whole = known.first { $0.name == name && name.count > 1 }
    throw unknown(word, nearest: whole.map { "--\($0.name)" })
  }

  private func unknown(_ option: String, nearest: String?) -> CommandError {
    .unknownOption(option, command: specification?.name.rawValue, nearest: nearest)
  }

  /// Refuses to write over a file that the same command reads.
  func checkPlaces() throws(CommandError) {
    let written = ["output", "report"]
    func place(_ path: String) -> String {
      URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }
    let read = Set(
      (operands + options.filter { !written.contains($0.key) }.values.joined()).map(place))
    for option in written {
      for path in options[option] ?? [] where read.contains(place(path)) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
          !isFolder.boolValue
        else { continue }
        throw .badValue(
          option: "--\(option)", value: path,
          expected: "a file that the command does not read; this one it would write over")
      }
    }
  }

  // MARK: Reading

  func has(_ option: CommandOption) -> Bool { options[option.name] != nil }

  func text(_ option: CommandOption) -> String? { options[option.name]?.last }

  func values(_ option: CommandOption) -> [String] { options[option.name] ?? [] }

  /// Refuses every option of the command that is not among a few; how results are printed is no matter.
  func allowOnly(
    _ allowed: [CommandOption], with option: CommandOption
  ) throws(CommandError) {
    for other in specification?.options ?? []
    where has(other) && !allowed.contains(other) && other.name != "format" {
      throw .conflict(option: "--\(other.name)", with: "--\(option.name)")
    }
  }

  func checkOperandCount() throws(CommandError) {
    guard let specification else { return }
    let name = specification.name.rawValue
    if operands.count < specification.operandCount.lowerBound {
      throw .missingOperand(command: name, operands: specification.operands)
    }
    if operands.count > specification.operandCount.upperBound {
      let first = operands[specification.operandCount.upperBound]
      throw .surplusOperand(first, command: name, operands: specification.operands)
    }
  }

  /// A whole number of 1 or more; what counts rows or requests has no use for more than the usual
  /// bound, and sums and products of numbers within it cannot overflow.
  func count(
    _ option: CommandOption, atMost most: Int = 1_000_000_000
  ) throws(CommandError) -> Int? {
    try whole(option, in: 1...most)
  }

  /// A whole number of a range.
  func whole(_ option: CommandOption, in range: ClosedRange<Int>) throws(CommandError) -> Int? {
    try read(option, "a whole number from \(range.lowerBound) to \(range.upperBound)") {
      Int($0).flatMap { range.contains($0) ? $0 : nil }
    }
  }

  /// A number above 0.
  func positive(
    _ option: CommandOption, atMost most: Double
  ) throws(CommandError) -> Double? {
    try read(option, "a number above 0 and at most \(Int(most))") {
      Double($0).flatMap { $0 > 0 && $0 <= most ? $0 : nil }
    }
  }

  /// A number from 0 to 1.
  func share(_ option: CommandOption) throws(CommandError) -> Double? {
    try read(option, "a number from 0 to 1") {
      Double($0).flatMap { (0...1).contains($0) ? $0 : nil }
    }
  }

  /// A number above 0 and at most 1.
  func topP(_ option: CommandOption) throws(CommandError) -> Double? {
    try read(option, "a number above 0 and at most 1") {
      Double($0).flatMap { $0 > 0 && $0 <= 1 ? $0 : nil }
    }
  }

  /// One of a few words.
  func word(_ option: CommandOption, of words: [String]) throws(CommandError) -> String? {
    try read(option, words.joined(separator: " or ")) { words.contains($0) ? $0 : nil }
  }

  /// A number of a step, or `best`.
  func step(_ option: CommandOption) throws(CommandError) -> ExportRequest.Step? {
    try read(option, "the number of a step, or best") { text in
      if text == "best" { return .best }
      return Int(text).flatMap { $0 >= 0 ? .number($0) : nil }
    }
  }

  /// An amount of bytes with its unit, of which there are thousands and 1024s.
  func bytes(_ option: CommandOption) throws(CommandError) -> Int? {
    try read(option, "an amount such as 500MB, 5GB or 2GiB") { text in
      let digits = text.prefix { $0.isASCII && $0.isNumber }
      let units = [
        "KB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000, "KiB": 1 << 10, "MiB": 1 << 20,
        "GiB": 1 << 30,
      ]
      guard let count = Int(digits), count > 0,
        let unit = units[String(text.dropFirst(digits.count))]
      else { return nil }
      let (bytes, isTooMuch) = count.multipliedReportingOverflow(by: unit)
      return isTooMuch ? nil : bytes
    }
  }

  func seed(_ option: CommandOption) throws(CommandError) -> UInt64? {
    try whole(option, in: 0...Int.max).map(UInt64.init)
  }

  func temperature(_ option: CommandOption) throws(CommandError) -> Double? {
    let least = Section.leastTemperature
    return try read(option, "0, or a number from \(least) to 1000") {
      Double($0).flatMap { $0 == 0 || (least...1000).contains($0) ? $0 : nil }
    }
  }

  /// A number between two bounds, neither of them included.
  func number(
    _ option: CommandOption, between low: Double, and high: Double
  ) throws(CommandError) -> Double? {
    let range = high.isFinite ? "a number between \(low) and \(high)" : "a number above \(low)"
    return try read(option, range) {
      Double($0).flatMap { $0.isFinite && $0 > low && $0 < high ? $0 : nil }
    }
  }

  /// The values of a repeatable option, each one of a list of words.
  func words(_ option: CommandOption, of words: [String]) throws(CommandError) -> [String] {
    for value in values(option) where !words.contains(value) {
      try refuse(value, option, nearlyAmong: words)
      throw .badValue(
        option: "--\(option.name)", value: value,
        expected: "one of " + words.joined(separator: ", "))
    }
    return values(option)
  }

  /// A whole number between two bounds, both included.
  func number(
    _ option: CommandOption, in range: ClosedRange<Int>
  ) throws(CommandError) -> Int? {
    let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    return try read(option, expected) { Int($0).flatMap { range.contains($0) ? $0 : nil } }
  }

  /// One of a list of words.
  func word(_ option: CommandOption, among words: [String]) throws(CommandError) -> String? {
    if let value = text(option), !words.contains(value) {
      try refuse(value, option, nearlyAmong: words)
    }
    return try read(option, "one of \(words.joined(separator: ", "))") {
      words.contains($0) ? $0 : nil
    }
  }

  /// - Throws: ``CommandError/nearlyWord(option:value:words:nearest:)`` where one of the words is near.
  private func refuse(
    _ value: String, _ option: CommandOption, nearlyAmong words: [String]
  ) throws(CommandError) {
    guard let nearest = NearestName.of(value, among: words) else { return }
    throw .nearlyWord(option: "--\(option.name)", value: value, words: words, nearest: nearest)
  }

  private func read<Value>(
    _ option: CommandOption, _ expected: String, _ convert: (String) -> Value?
  ) throws(CommandError) -> Value? {
    guard let text = text(option) else { return nil }
    guard let value = convert(text) else {
      throw .badValue(option: "--\(option.name)", value: text, expected: expected)
    }
    return value
  }
}
