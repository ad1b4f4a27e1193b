/// A binary heap of pairs by count: the most frequent first, ties by the lower ids.
struct PairHeap {
  struct Entry {
    let count: Int
    let left: Int32
    let right: Int32
    let slot: Int

    func precedes(_ other: Entry) -> Bool {
      count != other.count
        ? count > other.count : (left, right) < (other.left, other.right)
    }
  }

  private var entries: [Entry] = []

  mutating func insert(_ entry: Entry) {
    entries.append(entry)
    var index = entries.count - 1
    while index > 0 {
      let parent = (index - 1) / 2
      guard entries[index].precedes(entries[parent]) else { return }
      entries.swapAt(index, parent)
      index = parent
    }
  }

  mutating func popFirst() -> Entry? {
    guard let first = entries.first else { return nil }
    let last = entries.removeLast()
    guard !entries.isEmpty else { return first }
    entries[0] = last
    var index = 0
    while true {
      var best = index
      for child in [2 * index + 1, 2 * index + 2] where child < entries.count {
        if entries[child].precedes(entries[best]) { best = child }
      }
      if best == index { return first }
      entries.swapAt(index, best)
      index = best
    }
  }
}
