import Foundation

/// A chat template of a Hugging Face model: what turns the turns of a conversation into the text that
/// the model was trained on.
///
/// The language is Jinja2's, in the environment that the transformers library gives to chat
/// templates: `trim_blocks`, `lstrip_blocks`, `break` and `continue`, `{% generation %}`, `tojson`
/// without escapes for HTML, `raise_exception` and `strftime_now`; values have Python's types and
/// rules. Templates come from strangers, so nothing that one says may do more than give an error: it
/// reaches no file, no other template and nothing of the program, and ``TemplateLimits`` bound what
/// it uses up.
///
/// Source: Jinja 3.1.6; transformers 5.23, `utils/chat_template_utils.py`.
/// Differs: whole numbers have 64 bits, and a larger one is an error; `strftime_now` gives the date
/// that the caller fixes, in UTC; `include`, `import`, `extends`, `block` and `autoescape` are
/// refused, as are the filters `pprint`, `random`, `striptags`, `urlize`, `wordwrap` and `xmlattr`;
/// functions and methods print without their place in memory; the pairs of `groupby` have no
/// attributes; `{% generation %}` within another one has its own place.
public struct Template: Sendable {
  private let source: SourceText
  private let statements: [Statement]
  private let bindings: Bindings

  /// - Parameter name: Stands before line and column in messages.
  public init(parsing source: String, name: String) throws(TemplateError) {
    let text = SourceText(source, name: name)
    var parser = try Parser(source: text)
    self.source = text
    statements = try parser.template()
    bindings = try Resolver.bindings(
      of: statements, names: parser.names, frames: parser.frames, source: text)
  }

  /// Renders the template with these variables.
  ///
  /// - Parameters:
  ///   - limits: What the template may use up.
  ///   - now: What `strftime_now` formats, in UTC. A template that writes the date makes other texts
  ///     on other days; a fixed date keeps them.
  public func render(
    variables: [String: TemplateValue], limits: TemplateLimits = .default, now: Date
  ) throws(TemplateError) -> Rendered {
    let interpreter = Interpreter(source: source, bindings: bindings, limits: limits, now: now)
    return try interpreter.render(statements, variables: variables)
  }
}
