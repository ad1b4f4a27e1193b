/// What a template makes of its values.
public struct Rendered: Equatable, Sendable {
  public let text: String
  /// What stands between `{% generation %}` and `{% endgeneration %}`, in the order of the ends:
  /// offsets into the UTF-8 of ``text``.
  public let generated: [Range<Int>]
  /// Whether some `{% generation %}` stands in a macro, a filter or a set block, whose text may go
  /// anywhere: ``generated`` lacks those.
  public let hasUnplacedGeneration: Bool
}
