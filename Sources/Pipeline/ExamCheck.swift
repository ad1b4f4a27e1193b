import Corpus
import Evaluation
import Foundation
import Policy
import Runs

/// What is known of a model and an examination before the model's weights are read.
enum ExamCheck {
  /// - Parameter folder: of the model, with its shape and tokenizer.
  /// - Throws: what sitting the examinations would end with: a model of another kind, items that its
  ///   context does not hold, a folder without tokenizer.
  static func require(
    _ papers: [ExamPaper], of folder: URL, named name: String, template: ChatTemplate?
  ) throws {
    let shape = try ConfigurationFile(of: folder).configuration
    let own = try Tokenizer.load(directory: folder)
    let tokenizer = template.map(own.replacingChatTemplate) ?? own
    for paper in papers {
      try paper.check(shape, tokenizer, named: name)
    }
  }
}
