/// What a ``Heap`` orders.
protocol Prioritized {
  func precedes(_ other: Self) -> Bool
}

/// A binary heap: what precedes all others comes first. Insertion and removal cost the logarithm of
/// the count.
struct Heap<Entry: Prioritized> {
  private var entries: [Entry] = []

  mutating func removeAll() { entries.removeAll(keepingCapacity: true) }

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
      var least = index
      for child in [2 * index + 1, 2 * index + 2] where child < entries.count {
        if entries[child].precedes(entries[least]) { least = child }
      }
      if least == index { return first }
      entries.swapAt(index, least)
      index = least
    }
  }
}
