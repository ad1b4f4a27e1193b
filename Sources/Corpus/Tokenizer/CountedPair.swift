/// A pair of tokens by its count: the most frequent goes first, ties by the lower ids.
struct CountedPair: Prioritized {
  let count: Int
  let left: Int32
  let right: Int32
  let slot: Int

  func precedes(_ other: CountedPair) -> Bool {
    count != other.count
      ? count > other.count : (left, right) < (other.left, other.right)
  }
}
