/// What a template may use up. Templates come from strangers, and a few characters can ask for a
/// billion turns of a loop or a text of a gigabyte.
public struct TemplateLimits: Equatable, Sendable {
  /// Evaluated expressions, executed statements and, at 16 bytes a step, text gone through. A
  /// published template takes about 100 for each message.
  public var steps: Int
  /// Bytes of rendered text.
  public var output: Int
  /// Bytes of one text, and 16 for each element of one list or mapping, made on the way.
  public var value: Int
  /// Bytes of all of these together, so that no sum of small ones fills the memory.
  public var total: Int
  /// Expressions and statements within each other while rendering, through macros that call
  /// themselves. Published templates stay below 40.
  public var depth: Int

  public init(
    steps: Int = 1_000_000, output: Int = 8 << 20, value: Int = 4 << 20, total: Int = 32 << 20,
    depth: Int = 250
  ) {
    self.steps = steps
    self.output = output
    self.value = value
    self.total = total
    self.depth = depth
  }

  public static let `default` = TemplateLimits()

  /// How deep a template may nest its expressions and statements.
  static let syntaxDepth = 100
  /// How deep lists and mappings may lie within each other.
  static let valueDepth = 100
  /// The longest `range`, which is that of Jinja's sandbox.
  static let range = 100_000
  /// Bytes of a template.
  static let source = 4 << 20
}
