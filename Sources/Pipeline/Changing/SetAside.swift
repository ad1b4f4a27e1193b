import Foundation
import Runs

/// Results that are made anew, in the folder `.aside` of their run until the new ones stand.
///
/// ```
/// .aside/plan.json          what is set aside, and what of it has still to be moved
/// .aside/records/           the run's own records and evaluation as they were, copied
/// .aside/<stage>/[seed-N/]  folders of stages, moved
/// ```
/// The plan is written before the first folder moves. A process that is killed leaves either everything
/// in its place, or a plan that the next one carries out to its end: nothing is in neither place.
/// Belongs to who holds the run's lock.
struct SetAside {
  /// One stage for one seed.
  struct Training: Codable, Equatable {
    var stage: String
    var seed: Int?
    /// As costs name it.
    var label: String

    init(_ training: RunRecipe.Training) {
      (stage, seed, label) = (training.planned.name, training.seed, training.label)
    }
  }

  private struct Plan: Codable {
    var isAside: [Training] = []
    var toMove: [Training] = []
  }

  let run: RunDirectory

  private var plan: URL { run.aside.appending(path: "plan.json") }
  private var records: URL { run.aside.appending(path: "records") }
  private func folder(of training: Training) -> StageDirectory {
    RunDirectory(run.aside).stage(training.stage, seed: training.seed)
  }

  private func read() throws -> Plan {
    guard FileManager.default.fileExists(atPath: plan.path) else { return Plan() }
    return try RecordFile.read(
      Plan.self, from: plan,
      advice: "move the folders beside it back to \(run.url.path), and remove \(run.aside.path)")
  }

  /// What is aside, and has not been given up for what was made anew.
  var trainings: [Training] {
    get throws { try read().isAside }
  }

  /// A killed process had begun to set something aside.
  var isUnderWay: Bool {
    get throws { try !read().toMove.isEmpty }
  }

  /// Sets trainings aside. What had been begun in the place of earlier ones is given up for those.
  func begin(_ trainings: [RunRecipe.Training]) throws {
    guard !trainings.isEmpty else { return }
    var plan = try read()
    plan.toMove = trainings.map(Training.init)
    try Folder.make(run.aside)
    try RecordFile.write(plan, to: self.plan)
    try resume()
  }

  /// Ends what a killed process had begun: moving folders aside, or removing what nobody needs.
  func resume() throws {
    guard FileManager.default.fileExists(atPath: run.aside.path) else { return }
    guard FileManager.default.fileExists(atPath: plan.path) else {
      return try Folder.remove(run.aside)
    }
    var plan = try read()
    guard !plan.toMove.isEmpty else { return }
    try copyRecords()
    for training in plan.toMove { try move(training) }
    try forgetCosts(of: plan.toMove)
    plan.isAside += plan.toMove.filter { !plan.isAside.contains($0) }
    plan.toMove = []
    try RecordFile.write(plan, to: self.plan)
  }

  private func move(_ training: Training) throws {
    let (from, to) = (run.stage(training.stage, seed: training.seed), folder(of: training))
    let files = FileManager.default
    guard files.fileExists(atPath: from.url.path) else { return }
    if files.fileExists(atPath: to.url.path) {
      // What stood before stays until something else stands.
      let isFinished = (try? StageSeal.read(from))?.isFinished == true
      guard isFinished else {
        let given = run.aside.appending(path: "given-up")
        try Folder.remove(given)
        try Folder.move(from.url, to: given)
        return try Folder.remove(given)
      }
      try Folder.remove(to.url)
    }
    try Folder.move(from.url, to: to.url)
  }

  /// Measuring writes over what it measured before.
  private func copyRecords() throws {
    guard !FileManager.default.fileExists(atPath: records.path) else { return }
    func first(of path: String) -> String {
      path.split(separator: "/").first.map(String.init) ?? ""
    }
    let files = try run.files
    let stages = Set(files.filter { $0.hasSuffix("/done.json") }.map(first(of:)))
    let kept = files.filter { !stages.contains(first(of: $0)) && first(of: $0) != "logs" }
    try Folder.make(records) { try Folder.copy(kept, from: run.url, to: $0) }
  }

  /// Costs are those of what stands.
  private func forgetCosts(of trainings: [Training]) throws {
    guard FileManager.default.fileExists(atPath: run.costs.path) else { return }
    let gone = Set(trainings.map(\.label))
    let all = try Journal<PhaseCost>.read(run.costs).records
    let left = all.filter { !gone.contains($0.stage) }
    guard left.count < all.count else { return }
    try AtomicFile.write(LineSeal.lines(left, path: run.costs.path), to: run.costs)
  }

  /// Lets go of what was set aside; the run has all that its recipe asks for.
  ///
  /// - Returns: how many trainings came out as they had been, of how many; nil where nothing was aside.
  func end() throws -> (same: Int, all: Int)? {
    guard FileManager.default.fileExists(atPath: plan.path) else { return nil }
    var (same, all) = (0, 0)
    for training in try trainings {
      let now = try StageSeal.read(run.stage(training.stage, seed: training.seed))
      // A selection may choose something else now.
      guard let now, now.isFinished else { continue }
      all += 1
      let before = (try? StageSeal.read(folder(of: training)))?.outcome
      if let before, before.product == now.outcome?.product { same += 1 }
    }
    // Without its plan it is nothing, also where this is cut short.
    try FileManager.default.removeItem(at: plan)
    try Folder.remove(run.aside)
    return (same, all)
  }
}
