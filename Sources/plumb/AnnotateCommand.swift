import Command
import Comparing
import Corpus
import Foundation
import Published
import Report
import Runs

/// `plumb annotate`: a page on which people compare outputs, and the key that says whose they are.
struct AnnotateCommand {
  let request: AnnotateRequest

  func perform(_ output: Output) throws -> ExitCode {
    let page = URL(filePath: request.page).standardizedFileURL
    let folder = page.deletingLastPathComponent()
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder),
      isFolder.boolValue
    else { throw FrontError.noFolder(path: folder.path) }
    let files = try files()
    let criteria = request.criteria.map { names in
      names.map { name in
        AnnotationPage.Criterion.usual.first { $0.name == name } ?? .init(name: name)
      }
    }
    let chosen = criteria ?? AnnotationPage.Criterion.usual
    let design = AnnotationDesign(
      systems: files.map { AnnotationKey.System(name: $0.name, sha256: $0.sha256) },
      prompts: try prompts(files), matchUps: matchUps(files.count), limit: request.limit,
      criteria: chosen.map(\.name), seed: request.seed)
    let study = design.key.study
    let source = AnnotationPage(
      study: study, criteria: chosen,
      comparisons: design.comparisons.map {
        AnnotationPage.Comparison(
          number: $0.number, prompt: $0.prompt, answers: $0.answers, reference: $0.reference)
      }
    ).render()
    let key = Self.key(of: page)
    if FileManager.default.fileExists(atPath: key.path) {
      let earlier = try AnnotationKey.read(key.path).study
      guard earlier == study else {
        throw FrontError.keyInUse(path: key.path, study: String(earlier.prefix(8)))
      }
    }
    // A page without its key is worth nothing, so the key comes first.
    try AtomicFile.write(Data(design.key.text.utf8), to: key)
    try AtomicFile.write(Data(source.utf8), to: page)
    if design.equal > 0 {
      output.note(
        "\(design.equal) comparisons are of equal answers; people can only call them ties")
    }
    try show(design, page, key, output)
    return .success
  }

  /// - Throws: `CorpusError` for two systems of one name.
  private func files() throws -> [OutputsFile] {
    let files = try request.files.flatMap { path in
      try RunOutputs(path)?.files() ?? [OutputsFile(path)]
    }
    guard files.count > 1 else {
      throw CommandError.missingOperand(command: "annotate", operands: "A B…")
    }
    for (place, file) in files.enumerated() {
      if let other = files[..<place].first(where: { ByteText($0.name) == ByteText(file.name) }) {
        throw CorpusError.file(
          path: file.path,
          problem:
            "is of a system called '\(file.name)', as \(other.path) is; give one of them another "
            + "generator or file name")
      }
    }
    return files
  }

  private func prompts(_ files: [OutputsFile]) throws -> [AnnotationDesign.Prompt] {
    let others = try files.dropFirst().map { try files[0].matching($0) }
    let references = try request.reference.map {
      try files[0].matching(OutputsFile($0), allowsMore: true)
    }
    return files[0].rows.enumerated().map { place, row in
      AnnotationDesign.Prompt(
        text: row.instruction, answers: [row.output] + others.map { $0[place].output },
        reference: references?[place].output)
    }
  }

  private func matchUps(_ count: Int) -> [[Int]] {
    let places = Array(0..<count)
    guard request.comparesAll else { return places.dropFirst().map { [0, $0] } }
    return places.flatMap { first in places.dropFirst(first + 1).map { [first, $0] } }
  }

  /// `study.html` has `study.key.json` beside it.
  private static func key(of page: URL) -> URL {
    let stem = page.pathExtension == "html" ? page.deletingPathExtension() : page
    return stem.appendingPathExtension("key.json")
  }

  private struct Written: Encodable {
    let page: String
    let key: String
    let study: String
    let comparisons: Int
    let prompts: Int
  }

  private func show(
    _ design: AnnotationDesign, _ page: URL, _ key: URL, _ output: Output
  ) throws {
    let prompts = Set(design.key.items.map(\.prompt)).count
    if output.givesRecords {
      return try output.print(
        json: Written(
          page: page.path, key: key.path, study: design.key.study,
          comparisons: design.comparisons.count, prompts: prompts))
    }
    let names = design.key.systems.map(\.name)
    let matchUps = design.key.matchUps.map { "\(names[$0[0]]) and \(names[$0[1]])" }
    output.print("page   \(ForeignText.printable(page.path))")
    output.print("key    \(ForeignText.printable(key.path))")
    output.print(
      ForeignText.printable(
        "asks   \(Numeral.count(design.comparisons.count)) comparisons of \(Numeral.count(prompts)) "
          + "prompts: \(matchUps.joined(separator: ", "))"))
    output.print("")
    output.print(
      "Give annotators the page alone, and keep the key: it says who wrote what. Then")
    output.print(
      "plumb judge --import \(ForeignText.printable(key.lastPathComponent)) answers-*.json")
  }
}
