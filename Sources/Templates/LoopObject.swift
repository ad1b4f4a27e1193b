/// The variable `loop`.
final class LoopObject: TemplateObject {
  let source: ValueIterator
  /// Of what is gone through; nil when it must be read to the end to know.
  var knownCount: Int?
  let depth0: Int
  /// Renders the body over another list.
  let recurse: ((Value, Int) throws(TemplateError) -> Value)?
  private(set) var index0 = -1
  private(set) var previous: Value?
  private(set) var current: Value?
  /// Read ahead.
  private var ahead: [Value] = []
  private var aheadStart = 0
  var lastChanged: [Value]?

  init(
    _ source: ValueIterator, count: Int?, depth0: Int,
    recurse: ((Value, Int) throws(TemplateError) -> Value)?
  ) {
    self.source = source
    knownCount = count
    self.depth0 = depth0
    self.recurse = recurse
  }

  override var typeName: String { "LoopContext" }
  override var depth: Int { source.depth + 1 }

  func next() throws(TemplateError) -> Value? {
    let value: Value
    if aheadStart < ahead.count {
      value = ahead[aheadStart]
      aheadStart += 1
      if aheadStart == ahead.count {
        ahead = []
        aheadStart = 0
      }
    } else {
      guard let read = try source.next() else { return nil }
      value = read
    }
    index0 += 1
    previous = current
    current = value
    return value
  }

  /// The value after the current one.
  func peek() throws(TemplateError) -> Value? {
    if aheadStart < ahead.count { return ahead[aheadStart] }
    guard let value = try source.next() else { return nil }
    ahead.append(value)
    return value
  }

  func count() throws(TemplateError) -> Int {
    if let knownCount { return knownCount }
    while let value = try source.next() { ahead.append(value) }
    let count = index0 + 1 + ahead.count - aheadStart
    knownCount = count
    return count
  }
}
