/// Learns merges from counted words.
///
/// Each merge touches only the words that hold its pair; counts are updated in place and a heap
/// with outdated entries finds the next pair.
struct MergeTrainer {
  private struct Pair {
    let left: Int32
    let right: Int32
    var count: Int
    /// The words that have held the pair; some may no longer.
    var words: [Int32]
  }

  private(set) var tokens: [String]
  private(set) var merges: [(left: Int32, right: Int32)] = []
  private let byteIds: [Int32]
  private var ids: [String: Int32]
  private var words: [[Int32]] = []
  private var wordCounts: [Int] = []
  private var pairs: [Pair] = []
  private var slots: [UInt64: Int] = [:]

  /// - Parameter tokens: the special tokens and the characters of the byte-level alphabet.
  init(tokens: [String]) {
    self.tokens = tokens
    let numbered = Dictionary(
      tokens.enumerated().map { ($1, Int32($0)) }, uniquingKeysWith: { first, _ in first })
    ids = numbered
    byteIds = ByteAlphabet.scalars.map { numbered[String($0)] ?? 0 }
  }

  mutating func add(_ word: ArraySlice<UInt8>, count: Int) {
    words.append(word.map { byteIds[Int($0)] })
    wordCounts.append(count)
  }

  mutating func run(until size: Int) {
    for (index, word) in words.enumerated() {
      for place in word.indices.dropLast() {
        change(word[place], word[place + 1], by: wordCounts[index], word: Int32(index))
      }
    }
    var heap = Heap<CountedPair>()
    for (slot, pair) in pairs.enumerated() {
      heap.insert(.init(count: pair.count, left: pair.left, right: pair.right, slot: slot))
    }
    while tokens.count < size, let top = heap.popFirst() {
      let pair = pairs[top.slot]
      guard pair.count > 0 else { continue }
      guard pair.count == top.count else {
        heap.insert(.init(count: pair.count, left: pair.left, right: pair.right, slot: top.slot))
        continue
      }
      let text = tokens[Int(pair.left)] + tokens[Int(pair.right)]
      let id = ids[text] ?? Int32(tokens.count)
      if ids.updateValue(id, forKey: text) == nil { tokens.append(text) }
      merges.append((pair.left, pair.right))
      pairs[top.slot].words = []
      var grown: Set<Int> = []
      for index in pair.words { merge(pair.left, pair.right, into: id, word: index, &grown) }
      pairs[top.slot].count = 0
      for slot in grown {
        let pair = pairs[slot]
        heap.insert(.init(count: pair.count, left: pair.left, right: pair.right, slot: slot))
      }
    }
  }

  /// Merges a pair in one word, left to right, and corrects the counts of the neighbours.
  private mutating func merge(
    _ left: Int32, _ right: Int32, into id: Int32, word index: Int32, _ grown: inout Set<Int>
  ) {
    var word: [Int32] = []
    swap(&word, &words[Int(index)])
    defer { swap(&word, &words[Int(index)]) }
    let count = wordCounts[Int(index)]
    var kept = 0
    var place = 0
    while place < word.count {
      guard word[place] == left, place + 1 < word.count, word[place + 1] == right else {
        word[kept] = word[place]
        kept += 1
        place += 1
        continue
      }
      if kept > 0 {
        change(word[kept - 1], left, by: -count, word: index)
        grown.insert(change(word[kept - 1], id, by: count, word: index))
      }
      if place + 2 < word.count {
        change(right, word[place + 2], by: -count, word: index)
        grown.insert(change(id, word[place + 2], by: count, word: index))
      }
      word[kept] = id
      kept += 1
      place += 2
    }
    word.removeLast(word.count - kept)
  }

  @discardableResult
  private mutating func change(
    _ left: Int32, _ right: Int32, by count: Int, word: Int32
  ) -> Int {
    let key = UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    guard let slot = slots[key] else {
      slots[key] = pairs.count
      pairs.append(Pair(left: left, right: right, count: count, words: [word]))
      return pairs.count - 1
    }
    pairs[slot].count += count
    if count > 0, pairs[slot].words.last != word { pairs[slot].words.append(word) }
    return slot
  }
}
