import Corpus
import Foundation
import Policy
import Runs

extension ChatTemplate {
  /// A built-in template by its name, or that of a file, which has a slash or a dot in its name.
  ///
  /// - Throws: `PolicyError.input` for another name and a template that cannot be read, with what
  ///   there is.
  public static func named(_ name: String, from base: URL? = nil) throws -> ChatTemplate {
    if let template = builtIn(name) { return template }
    let names = builtInNames.joined(separator: ", ")
    guard name.contains("/") || name.contains(".") else {
      throw PolicyError.input(
        "\(name) is none of \(names), and no file, as ./chat.jinja would be")
    }
    let template: ChatTemplate
    do {
      let file = URL(fileURLWithPath: name, relativeTo: base)
      template = ChatTemplate(try BoundedFile.read(file, atMost: 4 << 20), name: name)
    } catch {
      throw PolicyError.input("\(error); give a file, or one of \(names)")
    }
    if let problem = template.problem { throw PolicyError.input(problem) }
    return template
  }
}
