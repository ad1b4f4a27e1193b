import Command
import Foundation
import Report

/// A plan for people and for programs that are told nothing else.
extension RunPlan {
  var table: TextTable {
    var table = TextTable([
      ("training", .left), ("made from", .left), ("time", .right), ("memory", .right),
      ("state", .left),
    ])
    for job in jobs {
      table.append([
        job.training.label, job.needs.map { jobs[$0].training.label }.joined(separator: ", "),
        job.seconds.map { Numeral.plain(Numeral.duration(seconds: $0)) } ?? "",
        job.memory > 0 ? Numeral.plain(Numeral.bytes(Int(min(job.memory, 1e18)))) : "",
        job.isDone ? "done" : "",
      ])
    }
    return table
  }

  var notes: [String] {
    let count = open.count
    var notes = ["", "\(count) of \(jobs.count) trainings are left."]
    if seconds > 0 {
      notes[1] +=
        " One after the other about \(Numeral.plain(Numeral.duration(seconds: seconds))), side by side no less than "
        + "\(Numeral.plain(Numeral.duration(seconds: longestChain))) on a machine like this one."
    }
    if end == .selection {
      notes.append(
        "Then the selection chooses (plumb run --only selection); a new plan tells what is trained again."
      )
    }
    return notes
  }

  /// One training, as programs get it.
  struct Line: Encodable {
    struct Source: Encodable {
      let stage: String
      let seed: Int?
    }

    let kind = "training"
    let stage: String
    let seed: Int?
    let needs: [Source]
    let isDone: Bool
    let seconds: Double?
    let memory: Double?
    /// The words after `plumb` that make it.
    let command: [String]

    private enum CodingKeys: String, CodingKey {
      case kind, stage, seed, needs, seconds, memory, command
      case isDone = "done"
    }
  }

  var records: [Line] {
    jobs.map { job in
      Line(
        stage: job.training.planned.name, seed: job.training.seed,
        needs: job.needs.map {
          Line.Source(stage: jobs[$0].training.planned.name, seed: jobs[$0].training.seed)
        }, isDone: job.isDone, seconds: job.seconds, memory: job.memory > 0 ? job.memory : nil,
        command: command(for: job))
    }
  }
}
