extension Text {
  struct Side: OptionSet {
    let rawValue: Int
    static let left = Side(rawValue: 1)
    static let right = Side(rawValue: 2)
    static let both: Side = [.left, .right]
  }

  /// Without these characters, or without blank ones, at its ends.
  func stripped(_ side: Side, of characters: Text? = nil) -> Text {
    let unwanted = characters.map { Set($0.string.unicodeScalars) }
    func isUnwanted(_ scalar: Unicode.Scalar) -> Bool {
      unwanted?.contains(scalar) ?? Characters.isSpace(scalar)
    }
    let view = string.unicodeScalars
    var kept = view[...]
    if side.contains(.left) { kept = kept.drop { isUnwanted($0) } }
    if side.contains(.right) {
      while let last = kept.last, isUnwanted(last) { kept.removeLast() }
    }
    if kept.startIndex == view.startIndex, kept.endIndex == view.endIndex { return self }
    return Text(bytes: Array(String(kept).utf8), isMarkup: isMarkup)
  }

  private func part(_ bytes: ArraySlice<UInt8>) -> Text {
    Text(bytes: Array(bytes), isMarkup: isMarkup)
  }

  /// Pieces between blank characters, at most so many cuts.
  func words(_ most: Int, fromRight: Bool = false) -> [Text] {
    let scalars = scalars
    var ranges: [Range<Int>] = []
    var start: Int?
    for (index, scalar) in scalars.enumerated() {
      if Characters.isSpace(scalar) {
        if let begun = start { ranges.append(begun..<index) }
        start = nil
      } else if start == nil {
        start = index
      }
    }
    if let begun = start { ranges.append(begun..<scalars.count) }
    guard most >= 0, ranges.count > most + 1 else {
      return ranges.map { Text(scalars[$0], isMarkup: isMarkup) }
    }
    if fromRight {
      let rest = ranges[..<(ranges.count - most)]
      let whole = (rest.first?.lowerBound ?? 0)..<(rest.last?.upperBound ?? 0)
      // Blank characters at the far end stay out, those at its beginning stay in.
      let first = Text(scalars[0..<whole.upperBound], isMarkup: isMarkup)
      return [first] + ranges.suffix(most).map { Text(scalars[$0], isMarkup: isMarkup) }
    }
    let last = Text(scalars[ranges[most].lowerBound...], isMarkup: isMarkup)
    return ranges.prefix(most).map { Text(scalars[$0], isMarkup: isMarkup) } + [last]
  }

  /// Pieces between separators, which are not empty.
  func pieces(between separator: Text, _ most: Int) -> [Text] {
    var pieces: [Text] = []
    var start = 0
    while most < 0 || pieces.count < most, let place = firstOffset(of: separator, from: start) {
      pieces.append(part(bytes[start..<place]))
      start = place + separator.bytes.count
    }
    pieces.append(part(bytes[start...]))
    return pieces
  }

  func piecesFromRight(between separator: Text, _ most: Int) -> [Text] {
    let mirrored = Text(bytes: bytes.reversed(), isMarkup: isMarkup)
    let pieces = mirrored.pieces(between: Text(bytes: separator.bytes.reversed()), most)
    return pieces.reversed().map { Text(bytes: $0.bytes.reversed(), isMarkup: isMarkup) }
  }

  func lines(keepingEnds: Bool = false) -> [Text] {
    let scalars = scalars
    var lines: [Text] = []
    var start = 0
    var index = 0
    while index < scalars.count {
      guard Characters.isLineBreak(scalars[index]) else {
        index += 1
        continue
      }
      let isPair =
        scalars[index] == "\r" && index + 1 < scalars.count && scalars[index + 1] == "\n"
      let end = index + (isPair ? 2 : 1)
      lines.append(Text(scalars[start..<(keepingEnds ? end : index)], isMarkup: isMarkup))
      start = end
      index = end
    }
    if start < scalars.count { lines.append(Text(scalars[start...], isMarkup: isMarkup)) }
    return lines
  }
}

extension Interpreter {
  /// With `new` for each `old`, at most so many times.
  func replaced(
    _ text: Text, _ old: Text, by new: Text, _ most: Int
  ) throws(TemplateError) -> Text {
    try work(text.bytes.count)
    var pieces: [Text]
    if old.bytes.isEmpty {
      pieces = [.empty]
      try reserve(elements: text.bytes.count)
      let scalars = text.scalars
      let cuts = most < 0 ? scalars.count + 1 : min(most, scalars.count + 1)
      if cuts == 0 { return text }
      pieces += scalars.prefix(cuts - 1).map { Text([$0]) }
      pieces.append(Text(scalars.dropFirst(cuts - 1)))
    } else {
      pieces = text.pieces(between: old, most)
    }
    return try joined(pieces, by: new, isMarkup: text.isMarkup)
  }

  func joined(
    _ pieces: [Text], by separator: Text, isMarkup: Bool = false
  ) throws(TemplateError) -> Text {
    let (gaps, isTooLarge) =
      separator.bytes.count.multipliedReportingOverflow(by: max(0, pieces.count - 1))
    try reserve(isTooLarge ? Int.max : gaps)
    try reserve(gaps + pieces.reduce(0) { $0 + $1.bytes.count })
    var bytes: [UInt8] = []
    for (index, piece) in pieces.enumerated() {
      if index > 0 { bytes += separator.bytes }
      bytes += piece.bytes
    }
    return Text(bytes: bytes, isMarkup: isMarkup)
  }

  func padded(
    _ text: Text, to width: Int, with fill: Text, left: (Int) -> Int
  ) throws(TemplateError) -> Text {
    guard fill.count == 1 else { throw failure("a text is filled up with one character") }
    let missing = width - text.count
    guard missing > 0 else { return text }
    try reserve(missing)
    try reserve(text.bytes.count + missing * fill.bytes.count)
    let before = left(missing)
    func fills(_ count: Int) -> [UInt8] { (0..<count).flatMap { _ in fill.bytes } }
    return Text(
      bytes: fills(before) + text.bytes + fills(missing - before), isMarkup: text.isMarkup)
  }

  /// In the middle, as Python has it when the spare room is odd.
  func centered(_ text: Text, _ width: Int, _ fill: Text) throws(TemplateError) -> Text {
    try padded(text, to: width, with: fill) { missing in
      missing / 2 + (missing & width & 1)
    }
  }
}
