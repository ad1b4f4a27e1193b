import Foundation
import HTTP
import Recipe
import Runs

extension JudgingSettings {
  private enum End: String, CaseIterable {
    case judged, decided
  }

  private enum Swap: String, CaseIterable {
    case both
    case off = "none"
  }

  /// Reads who judges and how; the keys are named like the options of `plumb judge`.
  ///
  /// Mistakes are recorded in the section: judges and templates that do not exist among them.
  ///
  /// - Parameters:
  ///   - base: the folder that relative paths start from.
  ///   - asksCanaries: not where a judge labels what a policy learns from.
  public init(from section: Section, base: String, asksCanaries: Bool = true) {
    self.init(
      judges: section.strings(
        "judges",
        about: "Who judges: chat:MODEL@URL, anthropic:MODEL, model:FOLDER, reward:STAGE, longer, …")
    )
    template = section.string(
      "template", default: template,
      about: "The question: a name that plumb judge --help lists, or a .md file.")
    asksBothOrders =
      section.choice(
        "swap", default: Swap.both,
        about: "Whether both orders are asked; one order keeps the judge's preference for a place.")
      == .both
    repetitions = section.int(
      "repeat", default: repetitions, in: 1...1000, about: "Answers to every question.")
    canaries =
      asksCanaries
      ? section.int(
        "canaries", default: canaries, in: 0...1_000_000,
        about: "Questions with a known answer, to see what fools the judge.") : 0
    seed = UInt64(
      clamping: section.int(
        "seed", default: 0, in: 0...Int.max,
        about: "Of the order of answers, and of servers that take one."))
    let degrees = section.string(
      "temperature", default: "0",
      about: "Of the judge: 0, a number, or server for what the server has.")
    temperature = degrees == "server" ? nil : Double(degrees)
    let least = Section.leastTemperature
    if degrees != "server",
      !(temperature.map { $0.isFinite && ($0 == 0 || $0 >= least) } ?? false)
    {
      section.mistake(
        "temperature", "is \(degrees); it must be 0, a number of at least \(least), or server")
    }
    dialect = Self.dialect(section)
    transport = TransportSettings(from: section, base: base)
    cache = section.optionalString("cache", about: "File that answers are kept in and looked up.")
      .map { TransportSettings.path($0, base) }
    usesCache = section.bool(
      "share_answers", default: true, about: "Whether answers in the cache are used.")
    // A label for a policy to learn from is no win rate.
    if asksCanaries { stop = Self.stop(section) }
    if Self.isFile(template: template) { template = TransportSettings.path(template, base) }
    check(section)
  }

  private static func stop(_ section: Section) -> JudgingStop? {
    let word = section.choice(
      "stop_when", default: End.judged,
      about: "Ask everything, or stop once the verdict is certain.")
    let margin = section.optionalDouble(
      "margin", above: 0, below: 0.5,
      about: "The win rate's distance from one half that matters; with stop_when: decided.")
    if margin != nil, word == .judged {
      section.mistake("margin", "is for stop_when: decided")
    }
    return word == .decided ? JudgingStop(margin: margin) : nil
  }

  private static func dialect(_ section: Section) -> Dialect {
    let parts = section.strings(
      "omit", default: [], among: Dialect.Part.ofJudges.map(\.rawValue),
      about: "Fields that the server does not take."
    ).compactMap(Dialect.Part.init)
    let key = section.optionalString(
      "max_tokens_key", about: "What the server calls the length limit.")
    let lengthKey = key.flatMap(Dialect.LengthKey.init)
    if let key, lengthKey == nil {
      let all = Dialect.LengthKey.allCases.map(\.rawValue).joined(separator: " or ")
      section.mistake("max_tokens_key", "is \(key); it must be \(all)")
    }
    return Dialect(
      omitting: parts, lengthKey: lengthKey,
      topLogprobs: section.optionalInt(
        "top_logprobs", in: 2...1000,
        about: "Reads the verdict from the probabilities of so many tokens."))
  }

  /// Keys that say how a judge is reached and what that may cost, none of which changes an answer.
  public static let keysOfTransport: Set<String> =
    TransportSettings.keys.union(["max_tokens_key", "cache", "share_answers"])

  /// Whether a template is named by its file and not one of the embedded ones.
  public static func isFile(template: String) -> Bool {
    template.contains("/") || template.hasSuffix(".md")
  }

  private func check(_ section: Section) {
    if section.has("judges"), judges.isEmpty {
      section.mistake("judges", "names nobody; name one, as in reward:oracle")
    }
    for problem in problems { section.mistake(problem.key, at: problem.value, problem.text) }
    // One with two votes decides alone.
    section.refuseRepeats("judges", judges)
  }

  /// Whether judges and template are what they should be.
  public var isReadable: Bool { problems.isEmpty }

  /// What is wrong with the judges' names and addresses and with the template, by its key and value.
  private var problems: [(key: String, value: String, text: String)] {
    var found: [(key: String, value: String, text: String)] = []
    for judge in judges {
      do {
        if case .remote(_, _, let address) = try JudgeSpecification(judge).kind {
          _ = try Endpoint(address, allowsPlain: transport.allowsPlain)
        }
      } catch {
        found.append(("judges", judge, Self.advice("\(error)")))
      }
    }
    do throws(JudgingError) {
      _ = try PromptTemplate.load(template)
    } catch {
      found.append(("template", template, "\(error)"))
    }
    return found
  }

  /// Advice that names options of the command, with the keys of a recipe in their place.
  ///
  /// - Parameter keys: what stands before a key of these settings, as in `judging.`.
  private static func advice(_ text: String, keys: String = "") -> String {
    text.replacing("--api-key-env", with: "\(keys)api_key_env")
      .replacing("--allow-http", with: "\(keys)allow_http: true")
  }

  /// Everything that can be wrong without asking anybody: addresses, keys, prices.
  ///
  /// - Parameter keys: what stands before a key of these settings in the recipe, as in `judging.`.
  /// - Throws: ``JudgingError``, or `RecipeError` for a file of prices.
  public func check(environment: [String: String], keys: String) throws {
    do {
      _ = try JudgeAssembly(self, environment: environment) { kind, folder, _, _ in
        NamedOnly(JudgeIdentity(name: folder, facts: ["kind": kind.rawValue]))
      }
    } catch JudgingError.setting(let advice) {
      throw JudgingError.setting(Self.advice(advice, keys: keys))
    }
  }

  /// Who judges, where that is known without reading a model: nothing is asked through it; nil where a
  /// judge is a model of this process, or something is wrong with the settings.
  public var identityWithoutModels: JudgeIdentity? {
    let isLocal = judges.contains { (try? JudgeSpecification($0).isLocal) ?? true }
    return isLocal
      ? nil
      : try? JudgeAssembly(
        self, environment: ProcessInfo.processInfo.environment, sends: false
      ).identity
  }

  /// In the place of a model that is not there yet.
  private struct NamedOnly: BatchJudge {
    let identity: JudgeIdentity

    init(_ identity: JudgeIdentity) { self.identity = identity }

    func objection(to question: JudgeQuestion) -> Judgment? { nil }

    func tokens(for question: JudgeQuestion) -> TokenUsage? { nil }

    func judgments(of questions: [JudgeQuestion]) throws -> [Judgment] {
      throw JudgingError.unavailable(judge: identity.name, reason: "is not there yet")
    }
  }
}
