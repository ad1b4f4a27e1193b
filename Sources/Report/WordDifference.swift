/// A text in pieces: words that another text has too, in the same order, and words that are its own.
struct WordDifference: Equatable {
  struct Piece: Equatable {
    var text: String
    /// The other text does not have it here.
    var isOwn: Bool
  }

  /// In order; together they are the text.
  let pieces: [Piece]

  /// Beyond so many pairs of words, what lies between equal beginnings and ends counts as different: a
  /// page has thousands of texts.
  private static let mostPairs = 20_000

  init(_ text: String, from other: String) {
    let words = Self.words(text)
    let theirs = Self.words(other).map(\.word)
    let common = Self.common(words.map(\.word), theirs)
    var pieces: [Piece] = []
    for (place, word) in words.enumerated() {
      let isOwn = !common[place]
      // What stands between two words of one kind is of that kind.
      let gap = String(word.gap)
      if let last = pieces.last, last.isOwn == isOwn {
        pieces[pieces.count - 1].text += gap + word.word
      } else {
        if !gap.isEmpty {
          if pieces.last?.isOwn == false {
            pieces[pieces.count - 1].text += gap
          } else {
            pieces.append(Piece(text: gap, isOwn: false))
          }
        }
        if let last = pieces.last, last.isOwn == isOwn {
          pieces[pieces.count - 1].text += word.word
        } else {
          pieces.append(Piece(text: String(word.word), isOwn: isOwn))
        }
      }
    }
    let end = String(text[(words.last?.word.endIndex ?? text.startIndex)...])
    if !end.isEmpty {
      if pieces.last?.isOwn == false {
        pieces[pieces.count - 1].text += end
      } else {
        pieces.append(Piece(text: end, isOwn: false))
      }
    }
    self.pieces = pieces
  }

  /// Words, each with what stands before it.
  private static func words(_ text: String) -> [(gap: Substring, word: Substring)] {
    var found: [(gap: Substring, word: Substring)] = []
    var place = text.startIndex
    while let start = text[place...].firstIndex(where: { !$0.isWhitespace }) {
      let end = text[start...].firstIndex(where: \.isWhitespace) ?? text.endIndex
      found.append((text[place..<start], text[start..<end]))
      place = end
    }
    return found
  }

  /// Which words belong to a longest common sequence.
  private static func common(_ words: [Substring], _ theirs: [Substring]) -> [Bool] {
    var common = Array(repeating: false, count: words.count)
    var start = 0
    while start < min(words.count, theirs.count), words[start] == theirs[start] {
      common[start] = true
      start += 1
    }
    var (end, theirEnd) = (words.count, theirs.count)
    while end > start, theirEnd > start, words[end - 1] == theirs[theirEnd - 1] {
      common[end - 1] = true
      (end, theirEnd) = (end - 1, theirEnd - 1)
    }
    let (own, other) = (Array(words[start..<end]), Array(theirs[start..<theirEnd]))
    guard !own.isEmpty, !other.isEmpty, own.count * other.count <= mostPairs else { return common }
    // The longest common sequence of all ends, row by row.
    let width = other.count + 1
    var lengths = Array(repeating: 0, count: (own.count + 1) * width)
    for row in own.indices.reversed() {
      for column in other.indices.reversed() {
        lengths[row * width + column] =
          own[row] == other[column]
          ? lengths[(row + 1) * width + column + 1] + 1
          : max(lengths[(row + 1) * width + column], lengths[row * width + column + 1])
      }
    }
    var (row, column) = (0, 0)
    while row < own.count, column < other.count {
      if own[row] == other[column] {
        common[start + row] = true
        (row, column) = (row + 1, column + 1)
      } else if lengths[(row + 1) * width + column] >= lengths[row * width + column + 1] {
        row += 1
      } else {
        column += 1
      }
    }
    return common
  }

  /// The text with its own words marked.
  var html: HTML {
    HTML(
      pieces.map { $0.isOwn ? "<mark>\(text: $0.text)</mark>" as HTML : "\(text: $0.text)" })
  }
}
