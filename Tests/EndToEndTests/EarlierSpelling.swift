import Foundation

@testable import Runs

/// Makes of a run what an earlier version would have left: keys in `camelCase`, and hashes of that.
struct EarlierSpelling {
  /// As they are spelled now; those of the recipe's own settings are none of them.
  private static let keys = [
    "is_finished", "final_step", "log_probability", "log_probabilities", "prompt_tokens",
    "prompt_text", "reference_log_probability", "held_out_reward", "scorer_log_probability",
    "scorer_tokens", "reference_chosen", "reference_rejected", "oracle_calls", "peak_memory",
    "tensor_memory", "is_final", "protocol_notes", "kl_bound", "reference_density",
    "effective_sample_size", "largest_weight", "is_unreliable", "forward_kl", "reverse_kl",
    "is_beta_chosen", "log_normaliser", "reachable_beta",
  ]

  private let run: URL
  /// SHA-256 now and then, of what is another text.
  private var hashes: [(now: String, then: String)] = []

  static func respell(_ run: URL) throws {
    var spelling = EarlierSpelling(run: run)
    let paths = try FileManager.default.subpathsOfDirectory(atPath: run.path).sorted().filter {
      ($0.hasSuffix(".json") || $0.hasSuffix(".jsonl")) && !$0.contains("checkpoints/")
    }
    func isSeal(_ path: String) -> Bool { path.hasSuffix("done.json") }
    func isKey(_ path: String) -> Bool { path.hasSuffix("-key.json") }
    // Of settings the keys are the recipe's, in every version.
    for path in paths where !isSeal(path) && !isKey(path) && path != "resolved.json" {
      try spelling.respell(file: path)
    }
    for path in paths where isSeal(path) { try spelling.reseal(path) }
    for path in paths where isKey(path) { try spelling.rekey(path) }
  }

  private init(run: URL) { self.run = run }

  private static func respelled(_ text: String) -> String {
    keys.reduce(text) { text, key in
      let name = RecordSpelling.camel(key)
      return text.replacing("\"\(key)\":", with: "\"\(name)\":")
        .replacing("\"\(key)\" :", with: "\"\(name)\" :")
    }
  }

  private mutating func respell(file path: String) throws {
    let url = run.appending(path: path)
    let data = try Data(contentsOf: url)
    var text = Self.respelled(String(decoding: data, as: UTF8.self))
    if path.hasSuffix("costs.jsonl") {
      var seal = ""
      text = text.split(separator: "\n").enumerated().map { number, line in
        guard let record = LineSeal.parts(Data(line.utf8))?.record else { return line + "\n" }
        seal = LineSeal.of(record, after: seal)
        return String(decoding: LineSeal.line(number, record, seal: seal), as: UTF8.self)
      }.joined()
    }
    hashes.append((SHA256.hex(of: data), SHA256.hex(of: Data(text.utf8))))
    try Data(text.utf8).write(to: url)
  }

  /// A stage's seal: hashes of the files that it left, and its own.
  private func reseal(_ path: String) throws {
    let url = run.appending(path: path)
    var text = Self.respelled(try String(contentsOf: url, encoding: .utf8))
    for hash in hashes { text = text.replacing(hash.now, with: hash.then) }
    let line = /\n  "digest" : "[0-9a-f]+",/
    let digest = SHA256.hex(of: Data(text.replacing(line, with: "").utf8))
    text = text.replacing(line, with: "\n  \"digest\" : \"\(digest)\",")
    try Data(text.utf8).write(to: url)
  }

  private func rekey(_ path: String) throws {
    let url = run.appending(path: path)
    let key = try RecordFile.read(WorkKey.self, from: url)
    let digest = key.digest.map { digest in
      hashes.first { $0.now == digest }?.then ?? digest
    }
    try RecordFile.write(WorkKey(key: key.key, digest: digest), to: url)
  }
}
