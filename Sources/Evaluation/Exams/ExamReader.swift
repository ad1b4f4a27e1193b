import Corpus
import Policy
import Published
import Runs

/// How a model reads the items of an examination: as ids, cut or left out where its context is short.
struct ExamReader {
  let paper: ExamPaper
  let tokenizer: Tokenizer
  /// Ids in front of a text that has nothing else to follow.
  private let beginning: [Int]
  let positions: Int
  /// Of a language model, for what it ends completions with; nil before there is one.
  let model: LanguageModel?

  init(_ paper: ExamPaper, _ model: LanguageModel) {
    self.init(
      paper, model.tokenizer, positions: model.decoder.configuration.positions,
      endTokens: model.endTokens, model: model)
  }

  /// Before there is a model, for what will not fit.
  init(
    _ paper: ExamPaper, _ tokenizer: Tokenizer, positions: Int, endTokens: [Int],
    model: LanguageModel? = nil
  ) {
    self.paper = paper
    self.tokenizer = tokenizer
    self.positions = positions
    self.model = model
    // As lm-evaluation-harness: the begin token, or else the end token.
    let begin = tokenizer.beginToken ?? tokenizer.endToken ?? endTokens.first
    beginning = tokenizer.leadingTokens.isEmpty ? begin.map { [$0] } ?? [] : tokenizer.leadingTokens
  }

  /// An item in ids.
  struct Item: Equatable {
    /// One for each choice, completion or window.
    var sequences: [ScoredSequence] = []
    /// What a written answer follows.
    var prompt: [Int] = []
    /// Scored tokens of each choice or completion.
    var lengths: [Int] { sequences.map(\.scored) }
    /// What it needs of the context, in tokens.
    var longest = 0
    var isCut = false
    /// One token holds the end of the prompt and the beginning of a choice.
    var isStraddling = false
  }

  /// - Returns: nil for an item that does not fit and is left out.
  /// - Throws: ``ExamError`` for one that cannot be read.
  func read(_ index: Int) throws -> Item? {
    var item = try whole(index)
    guard item.longest > positions, paper.settings.tooLong != .refuse else { return item }
    guard paper.settings.tooLong == .cut else { return nil }
    item.isCut = true
    let room = positions - paper.settings.maxTokens
    if !item.prompt.isEmpty {
      guard room > 0 else { return nil }
      item.prompt = Array(item.prompt.suffix(room))
      return item
    }
    let cut = item.sequences.compactMap { $0.cut(to: positions) }
    guard cut.count == item.sequences.count else { return nil }
    item.sequences = cut
    return item
  }

  /// - Throws: ``ExamError/unreadable(exam:item:problem:)``.
  func whole(_ index: Int) throws -> Item {
    let source = paper.items[index]
    do {
      var item: Item
      switch source.question {
      case .choices(let choices): item = try read(source, choices.map(\.text))
      case .answer: item = Item(prompt: try prompt(source))
      case .text(let text): item = try Item(sequences: windows(text))
      case .completions(let correct, let incorrect):
        item = try completions(source, correct + incorrect)
      }
      item.longest =
        item.prompt.isEmpty
        ? item.sequences.map { $0.ids.count - 1 }.max() ?? 0
        : item.prompt.count + paper.settings.maxTokens
      return item
    } catch let error as ExamError {
      throw error
    } catch {
      throw ExamError.unreadable(
        exam: paper.settings.name, item: paper.name(index), problem: "\(error)")
    }
  }

  private func prompt(_ source: ExamItem) throws -> [Int] {
    let ids = try tokenizer.read(paper.dialogue(of: source), []).prompt
    guard !ids.isEmpty || !beginning.isEmpty else {
      throw PolicyError.input("an empty prompt needs a model with a begin token")
    }
    return ids.isEmpty ? beginning : ids
  }

  /// Prompt and choice are encoded as one text; see `Reading`.
  private func read(_ source: ExamItem, _ choices: [String]) throws -> Item {
    let dialogue = paper.dialogue(of: source)
    let texts = choices.map { paper.delimiter + $0 }
    var item = Item()
    let together = try tokenizer.read(dialogue, texts)
    // Where some choice takes a token of the prompt with it, each has a beginning of its own.
    let readings =
      together.straddling.isEmpty
      ? together.completions.map { (together.prompt, $0) }
      : try texts.map { text in
        let alone = try tokenizer.read(dialogue, [text])
        return (alone.prompt, alone.completions[0])
      }
    item.isStraddling = !together.straddling.isEmpty
    item.sequences = try readings.map { prompt, completion in try sequence(prompt, completion) }
    return item
  }

  private func sequence(_ prompt: [Int], _ completion: [Int]) throws -> ScoredSequence {
    let prompt = prompt.isEmpty ? beginning : prompt
    guard !prompt.isEmpty else {
      throw PolicyError.input("an empty prompt needs a model with a begin token")
    }
    guard !completion.isEmpty else { throw PolicyError.input("a choice has no tokens") }
    return ScoredSequence(ids: prompt + completion, start: prompt.count)
  }

  /// Completions with what ends them, as objectives and rewards see them.
  private func completions(_ source: ExamItem, _ texts: [String]) throws -> Item {
    let dialogue = paper.dialogue(of: source)
    guard let model else {
      let reading = try tokenizer.read(dialogue, texts)
      return Item(sequences: try reading.completions.map { try sequence(reading.prompt, $0) })
    }
    let reading = try model.read(dialogue, texts)
    return Item(
      sequences: reading.completions.map {
        ScoredSequence(ids: reading.prompt + $0, start: reading.prompt.count)
      })
  }

  /// A text in windows of the context's size, every token predicted once, from as much as fits.
  ///
  /// Source: lm-evaluation-harness 0.4.13, `utils.get_rolling_token_windows` with one token of context.
  private func windows(_ text: String) throws -> [ScoredSequence] {
    let ids = tokenizer.encode(text)
    guard !ids.isEmpty else { throw PolicyError.input("the text has no tokens") }
    guard !beginning.isEmpty else {
      throw PolicyError.input("the first token needs a model with a begin or end token")
    }
    let first = beginning + ids.prefix(positions - beginning.count + 1)
    var windows = [ScoredSequence(ids: first, start: beginning.count)]
    var predicted = first.count - beginning.count
    while predicted < ids.count {
      let count = min(ids.count - predicted, positions)
      let end = predicted + count
      let begin = max(0, end - positions - 1)
      windows.append(
        ScoredSequence(ids: Array(ids[begin..<end]), start: end - count - begin))
      predicted = end
    }
    return windows
  }
}
