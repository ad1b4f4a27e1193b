/// Values one after another, each made when it is asked for and given once, like a generator of
/// Python. What a template does in between can therefore change what comes next.
final class ValueIterator: TemplateObject {
  private var produce: (() throws(TemplateError) -> Value?)?
  private let sourceDepth: Int

  init(depth: Int, _ produce: @escaping () throws(TemplateError) -> Value?) {
    self.produce = produce
    sourceDepth = depth
  }

  override var typeName: String { "generator" }
  override var depth: Int { sourceDepth + 1 }

  func next() throws(TemplateError) -> Value? {
    guard let produce else { return nil }
    guard let value = try produce() else {
      self.produce = nil
      return nil
    }
    return value
  }

  convenience init(_ values: [Value], depth: Int) {
    var index = 0
    self.init(depth: depth) { () throws(TemplateError) -> Value? in
      guard index < values.count else { return nil }
      defer { index += 1 }
      return values[index]
    }
  }
}
