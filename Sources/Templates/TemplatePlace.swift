/// A place in a template: the line and the column, in characters, both from 1.
public struct TemplatePlace: Equatable, Sendable, CustomStringConvertible {
  /// What the template is called, for people.
  public let template: String
  public let line: Int
  public let column: Int

  public init(template: String, line: Int, column: Int) {
    self.template = template
    self.line = line
    self.column = column
  }

  public var description: String { "\(Shown.plain(template, limit: 400)):\(line):\(column)" }
}
