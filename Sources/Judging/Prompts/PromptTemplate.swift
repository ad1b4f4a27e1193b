import Foundation
import Runs

/// How a judge is asked: a system text and a user text with slots, and the verdicts it may give.
///
/// A template is a Markdown file of three parts between lines of three hyphens: a header, the system
/// text (may be empty) and the user text.
///
/// ```
/// ---
/// asks: comparison
/// slots: prompt, first, second
/// verdict: Preferred: A => first
/// verdict: Preferred: B => second
/// max-tokens: 512
/// ---
/// You compare two summaries …
/// ---
/// {{prompt}} …
/// ```
///
/// With `label: A => first` instead of `verdict:` the verdict is read from the probabilities of the
/// first token.
public struct PromptTemplate: Sendable, Equatable {
  public enum Subject: String, Sendable {
    case comparison, single
  }

  enum Piece: Sendable, Equatable {
    case text(String)
    case slot(PromptSlot)
  }

  /// The embedded name, or the path of a user's file.
  public let name: String
  public let subject: Subject
  public let slots: Set<PromptSlot>
  public let verdicts: [AllowedVerdict]
  /// First tokens whose probabilities are the verdict; empty where it is written.
  public let labels: [AllowedVerdict]
  /// The longest reply, in tokens.
  public let maximumTokens: Int
  /// The whole file: part of what answers are remembered under.
  public let source: String
  let system: [Piece]
  let user: [Piece]

  /// SHA-256 of the file.
  public var digest: String { SHA256.hex(of: source) }

  /// - Parameters:
  ///   - source: the content of the file.
  ///   - name: for messages.
  public init(_ source: String, name: String) throws(JudgingError) {
    var reader = TemplateReader(source, name: name)
    try reader.read()
    self.name = name
    self.source = source
    subject = reader.subject
    slots = reader.slots
    verdicts = reader.verdicts
    labels = reader.labels
    maximumTokens = reader.maximumTokens
    system = reader.system
    user = reader.user
  }

  /// A template by its embedded name, or from a file where `name` has a slash or ends in `.md`.
  public static func load(_ name: String) throws(JudgingError) -> PromptTemplate {
    if let source = PromptLibrary.source(of: name) { return try PromptTemplate(source, name: name) }
    guard name.contains("/") || name.hasSuffix(".md") else {
      throw .setting(
        "no template is called '\(name)'; there are \(PromptLibrary.names.joined(separator: ", ")), "
          + "and files, written with a slash: ./\(name).md")
    }
    let data: Data
    do throws(RunError) {
      data = try BoundedFile.read(URL(filePath: name), atMost: 1 << 20)
    } catch {
      let isMissing = if case .fileSystem(_, _, ENOENT) = error { true } else { false }
      throw .template(
        path: name, line: 1,
        problem: isMissing ? "no such file; check the path" : error.problem)
    }
    guard let source = String(validating: data, as: UTF8.self) else {
      throw .template(path: name, line: 1, problem: "is not UTF-8; save it as UTF-8")
    }
    return try PromptTemplate(source, name: name)
  }
}
