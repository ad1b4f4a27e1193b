/// How far the parts of a run are, and how many seconds are left of all.
///
/// What is left of a part follows from what it took itself so far; else from what other parts of its
/// family took (the same stage with other seeds); else from what was foreseen of it, scaled as the work that is
/// done took more or less than was foreseen, of its kind where there is some, of all kinds otherwise. Where nothing was measured yet,
/// nothing is said.
public struct RunPace: Codable, Sendable, Equatable {
  /// A training, or a measuring.
  public struct Part: Codable, Sendable, Equatable {
    /// As messages call it: `dpo seed 1`.
    public var name: String
    /// What costs as much as it does: the stage.
    public var family: String
    /// Of its stage: `align`, `evaluation`, …
    public var kind: String
    /// Its folder in the run; nil where it is no training.
    public var folder: String?
    /// Seconds on this machine; 0 for what takes no time worth telling, nil where nobody knows.
    public var foreseen: Double?
    /// How much of it is done, 0 to 1.
    public var share: Double
    /// How much of it was done before this process took it up.
    public var begun: Double
    /// Seconds that this process has spent on the rest.
    public var seconds = 0.0
    /// False for what another process makes.
    public var isOwn = true

    public init(
      name: String, family: String, kind: String, folder: String? = nil, foreseen: Double?,
      isDone: Bool = false
    ) {
      self.name = name
      self.family = family
      self.kind = kind
      self.folder = folder
      self.foreseen = foreseen
      share = isDone ? 1 : 0
      begun = share
    }

    /// What this process did of it.
    public var made: Double { max(0, share - begun) }
    /// The first moments of anything are slower than the rest.
    var isMeasured: Bool { made >= 0.1 || (made > 0 && seconds >= 2) }
  }

  /// What is left.
  public struct Left: Sendable, Equatable {
    public var seconds: Double
    /// Parts that are left and that nobody can foresee.
    public var uncounted: [String]

    public init(seconds: Double, uncounted: [String] = []) {
      self.seconds = seconds
      self.uncounted = uncounted
    }
  }

  /// In the order in which they are made.
  public var parts: [Part]
  /// There may be fewer: nobody has chosen yet what follows.
  public var isAtMost: Bool

  public init(_ parts: [Part], isAtMost: Bool = false) {
    self.parts = parts
    self.isAtMost = isAtMost
  }

  public var done: Int { parts.count { $0.share >= 1 } }

  /// What is left of this process's parts; nil where there is nothing to go on.
  public var left: Left? {
    var left = Left(seconds: 0)
    for part in parts where part.isOwn && part.share < 1 && part.foreseen != 0 {
      if let whole = whole(part) {
        left.seconds += whole * (1 - part.share)
      } else if part.foreseen == nil {
        left.uncounted.append(part.name)
      } else {
        return nil
      }
    }
    return left.seconds == 0 && !left.uncounted.isEmpty ? nil : left
  }

  /// Seconds of a whole part.
  private func whole(_ part: Part) -> Double? {
    if part.isMeasured { return part.seconds / part.made }
    let measured = parts.filter(\.isMeasured)
    let family = measured.filter { $0.family == part.family }
    if !family.isEmpty {
      return family.reduce(0) { $0 + $1.seconds } / family.reduce(0) { $0 + $1.made }
    }
    guard let foreseen = part.foreseen else { return nil }
    for group in [measured.filter { $0.kind == part.kind }, measured] {
      let known = group.filter { ($0.foreseen ?? 0) > 0 }
      let expected = known.reduce(0) { $0 + ($1.foreseen ?? 0) * $1.made }
      if expected > 0 { return foreseen * known.reduce(0) { $0 + $1.seconds } / expected }
    }
    return nil
  }
}
