/// Byte strings with a number each, as a tree that is walked byte by byte.
///
/// The children of a node are numbered in a row and ordered by their byte, so that a node is three
/// numbers and a step a short search. Building sorts the keys; a step costs the logarithm of the
/// number of children, and at the root nothing.
struct ByteTrie {
  static let root: Int32 = 0

  /// The byte that leads to each node.
  private var labels: [UInt8] = [0]
  /// The first child of each node, and one entry more; the children end where the next begin.
  private var children: [Int32] = []
  /// The number of the key that ends in a node, or -1.
  private var values: [Int32] = []
  private var roots = [Int32](repeating: -1, count: 256)

  /// - Parameter entries: of equal keys the last counts; an empty key ends in the root.
  init(_ entries: [(key: [UInt8], value: Int32)]) {
    let order = entries.indices.sorted { first, second in
      let (one, other) = (entries[first].key, entries[second].key)
      return one.lexicographicallyPrecedes(other)
        || one == other && first < second
    }
    // Nodes are made breadth first; a node is the stretch of sorted keys that share its path.
    var pending: [(keys: Range<Int>, depth: Int)] = [(order.indices, 0)]
    var node = 0
    while node < pending.count {
      var (keys, depth) = pending[node]
      node += 1
      var value: Int32 = -1
      while let first = keys.first, entries[order[first]].key.count == depth {
        value = entries[order[first]].value
        keys.removeFirst()
      }
      values.append(value)
      children.append(Int32(pending.count))
      while let first = keys.first {
        let label = entries[order[first]].key[depth]
        let end = keys.first { entries[order[$0]].key[depth] != label } ?? keys.upperBound
        labels.append(label)
        pending.append((first..<end, depth + 1))
        keys = end..<keys.upperBound
      }
    }
    children.append(Int32(pending.count))
    for child in Int(children[0])..<Int(children[1]) { roots[Int(labels[child])] = Int32(child) }
  }

  var isEmpty: Bool { labels.count == 1 }

  /// The node that a byte leads to, or -1.
  @inline(__always)
  func child(_ node: Int32, _ byte: UInt8) -> Int32 {
    if node == Self.root { return roots[Int(byte)] }
    var low = children[Int(node)]
    var high = children[Int(node) + 1]
    while high - low > 8 {
      let middle = (low + high) / 2
      if labels[Int(middle)] <= byte { low = middle } else { high = middle }
    }
    while low < high {
      if labels[Int(low)] == byte { return low }
      low += 1
    }
    return -1
  }

  /// The number of the key that ends in a node, or -1.
  @inline(__always)
  func value(_ node: Int32) -> Int32 { values[Int(node)] }

  /// The longest key at an offset, and where it ends.
  func longest(
    _ bytes: UnsafeBufferPointer<UInt8>, at start: Int
  ) -> (value: Int32, end: Int)? {
    var node = Self.root
    var best: (value: Int32, end: Int)?
    var offset = start
    while offset < bytes.count {
      node = child(node, bytes[offset])
      guard node >= 0 else { break }
      offset += 1
      let value = values[Int(node)]
      if value >= 0 { best = (value, offset) }
    }
    return best
  }
}
