/// What a chat template is given besides the turns of a conversation, each as JSON.
public struct TemplateInput: Sendable, Hashable, Codable {
  /// A list of functions that may be called, which templates know as `tools`.
  public var tools: String?
  /// A list of texts to draw on, known as `documents`.
  public var documents: String?
  /// An object of whatever else the template asks for, such as `enable_thinking`.
  public var variables: String?

  public init(tools: String? = nil, documents: String? = nil, variables: String? = nil) {
    self.tools = tools
    self.documents = documents
    self.variables = variables
  }

  public var isEmpty: Bool { tools == nil && documents == nil && variables == nil }

  public static func == (left: TemplateInput, right: TemplateInput) -> Bool {
    left.parts == right.parts
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(parts) }

  private var parts: [ByteText?] { [tools, documents, variables].map { $0.map { ByteText($0) } } }
}
