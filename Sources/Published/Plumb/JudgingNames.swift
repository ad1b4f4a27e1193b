import Corpus
import Foundation
import Runs

/// What the records beside a `judgments.jsonl` call files and judges, and the content of each.
struct JudgingNames: Equatable {
  /// A name with the hash of what it stands for.
  struct Named: Equatable {
    var name: String
    var hash: String
  }

  var first: Named
  var second: Named
  /// Both answer by every fact of how the judge was asked.
  private var whole: Named
  private var members: [Named]

  var matchUp: MatchUp { MatchUp(first.name, second.name) }
  var judge: String { whole.name }

  func member(_ index: Int) -> String {
    members.indices.contains(index)
      ? members[index].name : "\(whole.name), judge \(index + 1)"
  }

  /// - Throws: ``PublishedError`` where `judge.json` is not beside the file, or is none.
  init(beside path: String) throws(PublishedError) {
    let folder = URL(filePath: path).deletingLastPathComponent()
    let record = folder.appending(path: "judge.json").relativePath
    guard FileManager.default.fileExists(atPath: record) else {
      if let run = try RunJudgments.comparison(of: path) {
        (first, second) = (run.first, run.second)
        let facts = run.report.judge.facts
        whole = Named(name: run.report.judge.name, hash: Self.hash(facts, prefix: ""))
        members = run.summary.members.enumerated().map { index, member in
          Named(name: member.judge, hash: Self.hash(facts, prefix: "\(index)."))
        }
        return
      }
      throw .content(
        file: path, problem: "has no judge.json beside it, which names files and judge",
        advice: "give the file where plumb judge wrote it")
    }
    let row = try RowFile.object(record)
    func file(_ key: String) throws(PublishedError) -> Named {
      let file = try row.object(key)
      return Named(name: try file.string("name"), hash: try file.string("sha256"))
    }
    (first, second) = (try file("first"), try file("second"))
    let judge = try row.object("judge")
    let facts = try judge.optionalObject("facts")?.object.members ?? []
    whole = Named(name: try judge.string("name"), hash: Self.hash(facts, prefix: ""))
    members = []
    let summary = folder.appending(path: "summary.json").relativePath
    if FileManager.default.fileExists(atPath: summary) {
      members = try RowFile.object(summary).objects("members").enumerated().map {
        index, member throws(PublishedError) in
        Named(
          name: try member.string("judge"), hash: Self.hash(facts, prefix: "\(index)."))
      }
    }
  }

  /// Of the facts under a prefix: those of one judge of a jury are those that it has alone.
  private static func hash(_ facts: [JSONObject.Member], prefix: String) -> String {
    hash(
      Dictionary(
        facts.map { ($0.key, $0.value.string ?? "") }, uniquingKeysWith: { first, _ in first }),
      prefix: prefix)
  }

  private static func hash(_ facts: [String: String], prefix: String) -> String {
    let own = facts.filter { $0.key.hasPrefix(prefix) }.map {
      "\($0.key.dropFirst(prefix.count))=\($0.value)"
    }
    return SHA256.hex(of: own.map { ByteText($0) }.sorted().map(\.text).joined(separator: "\n"))
  }

  // MARK: Names of several contents

  func collect(systems: inout SharedNames, judges: inout SharedNames) {
    for file in [first, second] { systems.add(file.name, file.hash) }
    for judge in [whole] + members { judges.add(judge.name, judge.hash) }
  }

  func shown(systems: SharedNames, judges: SharedNames) -> JudgingNames {
    func named(_ one: Named, _ names: SharedNames) -> Named {
      Named(name: names.shown(one.name, one.hash), hash: one.hash)
    }
    var other = self
    other.first = named(first, systems)
    other.second = named(second, systems)
    other.whole = named(whole, judges)
    other.members = members.map { named($0, judges) }
    return other
  }
}
