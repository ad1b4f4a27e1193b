/// Two neighbouring pieces that may be merged; the lowest rank goes first, then the leftmost.
struct PossibleMerge: Prioritized {
  let rank: Int32
  let position: Int32
  let left: Int32
  let right: Int32
  let id: Int32

  @inline(__always)
  func precedes(_ other: PossibleMerge) -> Bool {
    rank != other.rank ? rank < other.rank : position < other.position
  }
}
