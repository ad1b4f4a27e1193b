extension Text {
  private func mapped(_ change: (Unicode.Scalar) -> String) -> Text {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(self.bytes.count)
    for scalar in string.unicodeScalars { bytes += change(scalar).utf8 }
    return Text(bytes: bytes, isMarkup: isMarkup)
  }

  var uppercased: Text { mapped { $0.properties.uppercaseMapping } }

  var lowercased: Text { Text(bytes: Text.lowercased(scalars[...]), isMarkup: isMarkup) }

  /// A capital sigma at the end of a word becomes another letter than elsewhere.
  private static func lowercased(_ scalars: ArraySlice<Unicode.Scalar>) -> [UInt8] {
    var bytes: [UInt8] = []
    for index in scalars.indices {
      let scalar = scalars[index]
      if scalar == "Σ" {
        let before = scalars[..<index].last { !$0.properties.isCaseIgnorable }
        let behind = scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable }
        let isFinal = before?.properties.isCased == true && behind?.properties.isCased != true
        Text.append(isFinal ? "ς" : "σ", to: &bytes)
      } else {
        bytes += scalar.properties.lowercaseMapping.utf8
      }
    }
    return bytes
  }

  var capitalized: Text {
    let scalars = scalars
    guard let first = scalars.first else { return self }
    // The rest is lowered as part of the whole, for the sigma's sake.
    let lowered = scalars.indices.dropFirst().reduce(into: [UInt8]()) { bytes, index in
      if scalars[index] == "Σ" {
        let before = scalars[..<index].last { !$0.properties.isCaseIgnorable }
        let behind = scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable }
        let isFinal = before?.properties.isCased == true && behind?.properties.isCased != true
        Text.append(isFinal ? "ς" : "σ", to: &bytes)
      } else {
        bytes += scalars[index].properties.lowercaseMapping.utf8
      }
    }
    return Text(
      bytes: Array(first.properties.titlecaseMapping.utf8) + lowered, isMarkup: isMarkup)
  }

  /// Python's method `title`: a capital behind whatever is no letter.
  var titlecased: Text {
    var wasCased = false
    return mapped { scalar in
      defer { wasCased = Characters.isCased(scalar) }
      return wasCased ? scalar.properties.lowercaseMapping : scalar.properties.titlecaseMapping
    }
  }

  /// Jinja's filter `title`: a capital behind spaces, hyphens and opening brackets.
  var wordsCapitalized: Text {
    var bytes: [UInt8] = []
    var word: [Unicode.Scalar] = []
    func flush() {
      guard let first = word.first else { return }
      bytes += first.properties.uppercaseMapping.utf8
      bytes += Text.lowercased(word[1...])
      word = []
    }
    for scalar in string.unicodeScalars {
      if Characters.isSpace(scalar) || "-({[<".unicodeScalars.contains(scalar) {
        flush()
        Text.append(scalar, to: &bytes)
      } else {
        word.append(scalar)
      }
    }
    flush()
    return Text(bytes: bytes)
  }

  var swappedCase: Text {
    mapped { scalar in
      Characters.isUppercase(scalar)
        ? scalar.properties.lowercaseMapping
        : Characters.isLowercase(scalar)
          ? scalar.properties.uppercaseMapping : String(scalar)
    }
  }

  /// Whether there are letters with a case, all of them of this one.
  func isCased(_ isWanted: (Unicode.Scalar) -> Bool) -> Bool {
    var isAny = false
    for scalar in string.unicodeScalars where Characters.isCased(scalar) {
      guard isWanted(scalar) else { return false }
      isAny = true
    }
    return isAny
  }

  func isAll(_ holds: (Unicode.Scalar) -> Bool) -> Bool {
    !bytes.isEmpty && string.unicodeScalars.allSatisfy(holds)
  }

  var isTitlecased: Bool {
    var wasCased = false
    var isAny = false
    for scalar in string.unicodeScalars {
      if Characters.isUppercase(scalar) || Characters.isTitlecase(scalar) {
        if wasCased { return false }
        wasCased = true
        isAny = true
      } else if Characters.isLowercase(scalar) {
        guard wasCased else { return false }
      } else {
        wasCased = false
      }
    }
    return isAny
  }
}
