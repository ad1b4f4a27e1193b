import Foundation
import HTTP
import Runs

/// Questions as files for a provider's batch service, and its files of answers.
///
/// ```
/// requests-chat-1.jsonl       for POST /v1/batches of OpenAI, at most 50,000 lines and 100 MB
/// requests-anthropic-1.json   for POST /v1/messages/batches, at most 100,000 requests and 100 MB
/// results*.jsonl              what the service gave back, in any order
/// ```
/// A question's `custom_id` is what its answer is remembered under, so that an answer to another
/// question, judge or template is none.
struct BatchFiles {
  let folder: URL
  /// So many requests a file at most.
  var most = 50_000
  /// So many bytes a file at most; the services take 200 MB and 256 MB.
  var mostBytes = 100_000_000

  /// One question of a server, under its key.
  struct Asked {
    let judge: RemoteJudge
    let question: JudgeQuestion
    let key: String
  }

  // MARK: Writing

  /// Writes requests, and takes away those that were written before.
  func write(_ all: [Asked]) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
    where name.hasPrefix("requests-") {
      try FileManager.default.removeItem(at: folder.appending(path: name))
    }
    // A batch is for one model of one service.
    var groups: [String: [Asked]] = [:]
    var order: [String] = []
    for one in all {
      if groups[one.judge.name] == nil { order.append(one.judge.name) }
      groups[one.judge.name, default: []].append(one)
    }
    var number = 0
    for name in order {
      for part in try parts(groups[name] ?? []) {
        number += 1
        try write(part.lines, part.api, number)
      }
    }
  }

  private func parts(
    _ all: [Asked]
  ) throws -> [(api: any RemoteAPI.Type, lines: [String])] {
    var parts: [(api: any RemoteAPI.Type, lines: [String])] = []
    var bytes = 0
    for one in all {
      let line = try line(one)
      let size = line.utf8.count + 1
      if parts.isEmpty || bytes + size > mostBytes || parts[parts.count - 1].lines.count == most {
        parts.append((one.judge.api, []))
        bytes = 0
      }
      parts[parts.count - 1].lines.append(line)
      bytes += size
    }
    return parts
  }

  private func line(_ one: Asked) throws -> String {
    let api = one.judge.api
    let body = String(decoding: try api.body(one.judge.call(one.question)), as: UTF8.self)
    return Self.isAnthropic(api)
      ? "{\"custom_id\":\"\(one.key)\",\"params\":\(body)}"
      : "{\"custom_id\":\"\(one.key)\",\"method\":\"POST\",\"url\":\"/v1\(api.path)\",\"body\":\(body)}"
  }

  private func write(_ lines: [String], _ api: any RemoteAPI.Type, _ number: Int) throws {
    let isAnthropic = Self.isAnthropic(api)
    let text =
      isAnthropic
      ? "{\"requests\":[\n" + lines.joined(separator: ",\n") + "\n]}\n"
      : lines.joined(separator: "\n") + "\n"
    try AtomicFile.write(
      Data(text.utf8),
      to: folder.appending(path: "requests-\(api.name)-\(number).json\(isAnthropic ? "" : "l")"))
  }

  private static func isAnthropic(_ api: any RemoteAPI.Type) -> Bool { api == AnthropicAPI.self }

  // MARK: Reading

  /// What a file of results says of one request.
  enum Result {
    /// The body of an answer.
    case answered(WireValue)
    case failed
  }

  /// All results that lie in the folder, by `custom_id`; of one that stands twice the first that was
  /// answered.
  ///
  /// - Returns: them, and how many say something else under the id of an earlier one.
  /// - Throws: ``JudgingError/batch(path:line:problem:)`` for a line that is no result.
  func results() throws -> (byID: [String: Result], repeated: Int) {
    guard FileManager.default.fileExists(atPath: folder.path) else { return ([:], 0) }
    var found: [String: Result] = [:]
    var repeated = 0
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    where name.hasPrefix("results") && name.hasSuffix(".jsonl") {
      let file = folder.appending(path: name)
      let data = try BoundedFile.read(file, atMost: 1 << 30)
      for (place, line) in data.split(separator: UInt8(ascii: "\n")).enumerated() {
        guard let value = WireValue(Data(line)), let id = value["custom_id"]?.text else {
          throw JudgingError.batch(
            path: file.relativePath, line: place + 1,
            problem: "is no result of a batch; give what the service returned, line by line")
        }
        let result = Self.result(value)
        if case .answered(let earlier) = found[id] {
          if case .answered(let later) = result, later != earlier { repeated += 1 }
          continue
        }
        found[id] = result
      }
    }
    return (found, repeated)
  }

  private static func result(_ value: WireValue) -> Result {
    if let message = value["result"]?["message"], value["result"]?["type"]?.text == "succeeded" {
      return .answered(message)
    }
    if let body = value["response"]?["body"], value["response"]?["status_code"]?.number == 200 {
      return .answered(body)
    }
    return .failed
  }
}
