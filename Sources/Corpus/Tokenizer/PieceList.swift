/// A stretch of text on its way through the pre-tokenizers: its bytes and how they are cut.
struct PieceList {
  /// Valid UTF-8.
  private(set) var bytes: [UInt8]
  /// The pieces in order; none is empty.
  private(set) var pieces: [Range<Int>]
  /// Whether the first piece begins the whole input, which `prepend_scheme: first` asks for.
  let beginsInput: Bool

  init(_ bytes: [UInt8], beginsInput: Bool) {
    self.bytes = bytes
    pieces = bytes.isEmpty ? [] : [0..<bytes.count]
    self.beginsInput = beginsInput
  }

  /// What becomes of the stretches that a splitter matches.
  enum Behavior: String {
    case isolated = "Isolated"
    case removed = "Removed"
    case mergedWithPrevious = "MergedWithPrevious"
    case mergedWithNext = "MergedWithNext"
    case contiguous = "Contiguous"
  }

  /// Cuts every piece at the matches.
  mutating func split(_ matcher: TextMatcher, _ behavior: Behavior, invert: Bool = false) {
    var cut: [Range<Int>] = []
    cut.reserveCapacity(pieces.count + bytes.count / 4)
    bytes.withUnsafeBufferPointer { buffer in
      for piece in pieces {
        var stretches = Stretches(behavior: behavior, base: piece.lowerBound)
        var end = 0
        matcher.forEachMatch(in: UnsafeBufferPointer(rebasing: buffer[piece])) { match in
          if end < match.lowerBound { stretches.add(end..<match.lowerBound, isMatch: invert) }
          stretches.add(match, isMatch: !invert)
          end = match.upperBound
        }
        if end < piece.count { stretches.add(end..<piece.count, isMatch: invert) }
        stretches.finish(into: &cut)
      }
    }
    pieces = cut
  }

  /// Cuts in front of each marker that follows something else than a marker.
  mutating func cut(before marker: [UInt8]) {
    guard let first = marker.first else { return }
    var cut: [Range<Int>] = []
    cut.reserveCapacity(pieces.count + bytes.count / 6)
    bytes.withUnsafeBufferPointer { buffer in
      for piece in pieces {
        var start = piece.lowerBound
        var place = start
        var isAfterMarker = true
        while place < piece.upperBound {
          let isMarker =
            buffer[place] == first && place + marker.count <= piece.upperBound
            && marker.indices.allSatisfy { buffer[place + $0] == marker[$0] }
          if isMarker, !isAfterMarker {
            cut.append(start..<place)
            start = place
          }
          isAfterMarker = isMarker
          place += isMarker ? marker.count : 1
        }
        cut.append(start..<piece.upperBound)
      }
    }
    pieces = cut
  }

  /// Rewrites every piece; `isFirst` is true for one that begins the whole input.
  mutating func rewrite(_ body: (_ piece: ArraySlice<UInt8>, _ isFirst: Bool) -> [UInt8]) {
    var rewritten: [UInt8] = []
    rewritten.reserveCapacity(bytes.count + bytes.count / 4)
    var moved: [Range<Int>] = []
    moved.reserveCapacity(pieces.count)
    for piece in pieces {
      let start = rewritten.count
      rewritten += body(bytes[piece], beginsInput && piece.lowerBound == 0)
      if rewritten.count > start { moved.append(start..<rewritten.count) }
    }
    (bytes, pieces) = (rewritten, moved)
  }
}

/// Collects matched and unmatched stretches of one piece by a splitter's behaviour.
private struct Stretches {
  let behavior: PieceList.Behavior
  let base: Int
  private var stretches: [(range: Range<Int>, isMatch: Bool)] = []

  init(behavior: PieceList.Behavior, base: Int) {
    self.behavior = behavior
    self.base = base
  }

  mutating func add(_ range: Range<Int>, isMatch: Bool) {
    stretches.append((base + range.lowerBound..<base + range.upperBound, isMatch))
  }

  func finish(into cut: inout [Range<Int>]) {
    var result: [Range<Int>] = []
    switch behavior {
    case .isolated: result = stretches.map(\.range)
    case .removed: result = stretches.filter { !$0.isMatch }.map(\.range)
    case .contiguous:
      var previous: Bool?
      for (range, isMatch) in stretches {
        if isMatch == previous, let last = result.popLast() {
          result.append(last.lowerBound..<range.upperBound)
        } else {
          result.append(range)
        }
        previous = isMatch
      }
    case .mergedWithPrevious:
      var previous = false
      for (range, isMatch) in stretches {
        if isMatch, !previous, let last = result.popLast() {
          result.append(last.lowerBound..<range.upperBound)
        } else {
          result.append(range)
        }
        previous = isMatch
      }
    case .mergedWithNext:
      var previous = false
      for (range, isMatch) in stretches.reversed() {
        if isMatch, !previous, let next = result.popLast() {
          result.append(range.lowerBound..<next.upperBound)
        } else {
          result.append(range)
        }
        previous = isMatch
      }
      result.reverse()
    }
    cut += result.lazy.filter { !$0.isEmpty }
  }
}
