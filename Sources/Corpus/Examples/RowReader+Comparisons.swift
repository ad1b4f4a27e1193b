import Runs

/// Pairs as the files of three published sets hold them.
extension RowReader {
  enum Comparison {
    /// WebGPT's own: `answer_0` and `answer_1` with a score each.
    case answers
    /// `text` and `score`, lists of two; the texts are transcripts that share a beginning.
    case transcripts
    /// QA-feedback: four predictions and who is better in each pair of them.
    case predictions
  }

  var comparison: Comparison? {
    func has(_ name: String) -> Bool { record.object.member(name) != nil }
    if has("answer_0"), has("answer_1") { return .answers }
    if record.object["text"]?.array != nil, has("score") { return .transcripts }
    return has("prediction 1") && has("preference") ? .predictions : nil
  }

  func pairs(of comparison: Comparison) throws(Refusal) -> (pairs: [Pair], ties: Int) {
    switch comparison {
    case .answers:
      let (first, second) = (try named("answer_0"), try named("answer_1"))
      return try ranked(
        Pair(
          prompt: try prompt(allowsEmpty: true), chosen: try checked(try string(first), first),
          rejected: try checked(try string(second), second), margin: nil),
        try score("score_0"), try score("score_1"), first, second)
    case .transcripts: return try transcripts()
    case .predictions: return try predictions()
    }
  }

  private func transcripts() throws(Refusal) -> (pairs: [Pair], ties: Int) {
    let member = try named("text")
    let listed = try named("score")
    guard let texts = member.value.array, texts.count == 2, let left = texts[0].string,
      let right = texts[1].string
    else { throw refusal(member, nil, "is no list of two texts", "compare two transcripts") }
    guard let scores = listed.value.array, scores.count == 2, let first = number(scores[0]),
      let second = number(scores[1])
    else { throw refusal(listed, nil, "is no list of two numbers", "give each text one score") }
    let (one, other) = (Array(left.utf8), Array(right.utf8))
    let markers = ["\n\nAssistant:", "## Assistant:\n"]
    guard
      let end = markers.compactMap({ Self.sharedEnd(one, other, Array($0.utf8)) }).max()
    else {
      throw refusal(
        member, nil, "holds transcripts that share no turn that ends in \"Assistant:\"",
        "compare answers to one prompt")
    }
    return try ranked(
      Pair(
        prompt: try transcript(
          checked(String(decoding: one[..<end], as: UTF8.self), member), member),
        chosen: try checked(String(decoding: one[end...], as: UTF8.self), member, place: "[0]"),
        rejected: try checked(String(decoding: other[end...], as: UTF8.self), member, place: "[1]")
      ), first, second, member, member)
  }

  /// The question and its passages are the prompt, a passage being a title and its sentences.
  private func predictions() throws(Refusal) -> (pairs: [Pair], ties: Int) {
    var prompt = try prompt(allowsEmpty: false).words
    guard try turns(required("prompt")) == nil else {
      throw refusal(
        try required("prompt"), nil, "is a conversation", "predictions answer a text")
    }
    if let passages = record.object.member("passages") {
      for (index, passage) in (passages.value.array ?? []).enumerated() {
        let parts = (passage.array ?? []).compactMap(\.string)
        guard let title = parts.first else {
          throw refusal(
            passages, nil, "[\(index)] is no list of texts", "give its title and sentences")
        }
        let body = "\n\n" + title + "\n" + parts.dropFirst().joined(separator: " ")
        prompt += try checked(body, passages, place: "[\(index)]")
      }
    }
    let names = (1...4).map { "prediction \($0)" }
    var members: [JSONObject.Member] = []
    for name in names { members.append(try named(name)) }
    let preference = try named("preference")
    let codes = preference.value.array?.compactMap(\.integer) ?? []
    guard codes.count == 6, codes.allSatisfy((0...2).contains) else {
      throw refusal(
        preference, nil, "is no list of six numbers from 0 to 2",
        "each pair of predictions is equal (0), or its first (1) or second (2) is better")
    }
    let places = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    var pairs: [Pair] = []
    for (code, place) in zip(codes, places) where code != 0 {
      let (better, worse) = code == 1 ? (place.0, place.1) : (place.1, place.0)
      let pair = Pair(
        prompt: source.isConversation ? .turns([Turn(.user, prompt)]) : source.prompt(prompt),
        chosen: try checked(try string(members[better]), members[better]),
        rejected: try checked(try string(members[worse]), members[worse]))
      pairs.append(try distinct(pair, members[better], members[worse]))
    }
    return (pairs, 6 - pairs.count)
  }

  /// A pair with the better of two first; equal scores are a tie.
  private func ranked(
    _ pair: Pair, _ first: Double, _ second: Double, _ one: JSONObject.Member,
    _ other: JSONObject.Member
  ) throws(Refusal) -> (pairs: [Pair], ties: Int) {
    if first == second { return ([], 1) }
    var pair = try distinct(pair, one, other)
    if first < second { swap(&pair.chosen, &pair.rejected) }
    pair.margin = abs(first - second)
    return ([pair], 0)
  }

  private func named(_ name: String) throws(Refusal) -> JSONObject.Member {
    guard let member = record.object.member(name) else {
      throw refusal(nil, name, "is missing", "add it, or remove the row")
    }
    return member
  }

  private func score(_ name: String) throws(Refusal) -> Double {
    let member = try named(name)
    guard let score = number(member.value) else {
      throw refusal(
        member, nil, "is \(Self.unusable(member.value))", "a score is a finite number, at most 1e30"
      )
    }
    return score
  }
}
