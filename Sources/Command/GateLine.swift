import Runs

/// What came of a requirement, as `--json` prints it.
public struct GateLine: Encodable {
  let kind = "gate"
  let gate: GateRecord.Condition

  public init(_ condition: GateRecord.Condition) { gate = condition }
}
