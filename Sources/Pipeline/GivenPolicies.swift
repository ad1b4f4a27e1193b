import Command
import Foundation
import Policy
import Runs

/// The models of a command line as a recipe names them, and that recipe.
struct GivenPolicies {
  /// How a recipe begins that `plumb evaluate` wrote.
  static let head = "# Written by plumb evaluate."

  let request: EvaluateRequest
  let reference: String
  /// Without the reference.
  let policies: [String]

  /// - Throws: `PolicyError.input` or `RunError` for a place that holds no model.
  init(_ request: EvaluateRequest) throws {
    self.request = request
    let models = try request.models.map(Self.place)
    let reference = try request.reference.map(Self.place) ?? models.first ?? ""
    guard !ServerName.isMeant(by: reference) else {
      throw PolicyError.input(
        "\(reference.prefix { $0 != "@" }) lives in a server and cannot be the reference, "
          + (request.reference == nil
            ? "which the first model is; name a model in a folder first, or with --reference"
            : "whose weights are needed here; name a model in a folder"))
    }
    self.reference = reference
    // The reference is measured anyway.
    policies =
      request.reference == nil ? Array(models.dropFirst()) : models.filter { $0 != reference }
  }

  /// A model as a recipe writes it, which tells a folder or a name of the hub from a stage by a slash;
  /// of a run, its last language model.
  static func place(_ given: String) throws -> String {
    var name = given
    while name.count > 1, name.hasSuffix("/") { name.removeLast() }
    let url = URL(fileURLWithPath: name)
    let files = FileManager.default
    if files.fileExists(atPath: url.appending(path: "recipe.yaml").path),
      let origin = try TrainedModel.find(name).origin
    {
      name += "/\(origin.stage)"
    }
    return name.contains("/") ? name : "./\(name)"
  }

  /// The folder below `runs`, where none is named: after the models, no longer than a name may be.
  var runName: String {
    let parts = ([reference] + policies).map { place in
      place.split(separator: "/").suffix(2).filter { $0 != "." && $0 != ".." }
        .joined(separator: "-")
    }
    return FolderName.of(["evaluate"] + parts)
  }

  // MARK: The recipe

  func recipe(name: String) -> String {
    var lines = [
      Self.head + " Paths start from the folder in which it was called;",
      "# plumb evaluate RUN measures again.",
      "name: \(Self.quoted(name))",
    ]
    lines += request.settings.map { Self.line($0) }
    if let servers = request.servers?.settings, !servers.isEmpty {
      lines.append("servers:")
      for name in policies.distinctTexts where ServerName.isMeant(by: name) {
        lines.append("  \(Self.quoted(name)):")
        lines += servers.map { "    " + Self.line($0) }
      }
    }
    lines += [
      "data:", "  prompts: {files: \(Self.list(request.prompts))}", "evaluation:",
      "  reference: \(Self.quoted(reference))", "  policies: \(Self.list(policies))",
    ]
    if let reward = request.reward {
      let name = reward == "synthetic" ? reward : reward.contains("/") ? reward : "./\(reward)"
      lines.append("  reward: \(Self.quoted(name))")
    }
    lines += ["  chosen: none", "  best_of: []", "  prompts_from: {prompts: prompts}"]
    lines += request.evaluation.map { "  " + Self.line($0) }
    if !request.judges.isEmpty {
      lines += [
        "judging:", "  judges: \(Self.list(request.judges.map(Self.judge)))",
        "  against: [reference]",
      ]
      lines += request.judging.map { "  " + Self.line($0) }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A judge's folder is written with a slash too.
  static func judge(_ given: String) -> String {
    for kind in ["model:", "reward:"] where given.hasPrefix(kind) {
      let name = given.dropFirst(kind.count)
      return name == "synthetic" || name.contains("/") ? given : "\(kind)./\(name)"
    }
    return given
  }

  private static func line(_ setting: EvaluateRequest.Setting) -> String {
    switch setting.value {
    case .text(let text): "\(setting.key): \(quoted(text))"
    case .texts(let texts): "\(setting.key): \(list(texts))"
    case .plain(let text): "\(setting.key): \(text)"
    }
  }

  private static func list(_ texts: [String]) -> String {
    "[\(texts.map(quoted).joined(separator: ", "))]"
  }

  /// A text in double quotes, whose escapes JSON and YAML share.
  static func quoted(_ text: String) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes]
    return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
  }
}
