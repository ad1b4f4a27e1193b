import Recipe

extension RoundsStage {
  /// Records what does not fit together.
  func check(_ section: Section) {
    checkLabels(section)
    if section.has("opponents"), choices.labels != .oracle {
      section.mistake(
        "opponents",
        "\(method.rawValue) compares with nobody (labels: \(choices.labels.rawValue)); opponents go "
          + "with labels: oracle")
    }
    checkPairs(section)
    checkAnchor(section)
    checkInner(section)
    if choices.optimiser == .continued, training.steps == nil {
      section.section("training").mistake(
        "steps", "is missing; rounds that continue one training need the steps of a round")
    }
    if objective.couplesSteps(training.accumulation) {
      section.section("training").mistake(
        "accumulation", "\(type(of: objective).name) cannot run a step in parts")
    }
  }

  private func checkInner(_ section: Section) {
    guard inner != nil else { return }
    if choices.anchor != .initial, choices.anchor != .previous {
      section.mistake(
        "anchor",
        "inner stays near a policy; set anchor: initial or previous, not \(choices.anchor.rawValue)"
      )
    }
    if choices.optimiser == .continued {
      section.mistake("optimiser", "inner begins anew in every round; set optimiser: fresh")
    }
    if section.has("training") {
      section.mistake("training", "inner takes the place of fitting; write inner.training")
    }
  }

  private func checkLabels(_ section: Section) {
    let isFromDemonstrations = choices.source == .demonstrations
    switch choices.labels {
    case .demonstration, .refit:
      if !isFromDemonstrations {
        section.mistake(
          "labels", "\(choices.labels.rawValue) needs demonstrations; set source: demonstrations")
      }
    case .data, .redrawn:
      if choices.source != .data {
        section.mistake(
          "labels", "\(choices.labels.rawValue) needs the data's pairs; set source: data")
      }
    case .reward:
      if reward == nil {
        section.mistake(
          "reward", "labels: reward needs one: synthetic, or a reward model's stage")
      }
    case .oracle:
      if oracle == nil {
        section.mistake(
          "oracle",
          "is missing; labels: oracle needs one, as in {kind: bradley-terry, reward: synthetic}")
      }
    case .implicit: break
    }
    if case .data(let data)? = data, data.synthetic != nil, !isFromDemonstrations {
      section.mistake("data", "generated reviews hold no candidates; name data or a sample stage")
    }
    if case .candidates? = data, isFromDemonstrations {
      section.mistake("data", "a sample stage holds no demonstrations; name data that does")
    }
  }

  private func checkPairs(_ section: Section) {
    let name = type(of: objective).name
    let needs = objective.needs
    let rule = selection.rule
    let pairsAnyway = [.demonstration, .data, .redrawn].contains(choices.labels)
    if needs.contains(.pairs), rule == .none, !pairsAnyway {
      section.mistake("pairs", "\(name) compares pairs; choose iid, best-worst or best-second")
    }
    if choices.source == .data, !needs.contains(.pairs) {
      section.mistake("source", "\(name) compares no pairs, and data holds pairs")
    }
    if pairsAnyway, needs.contains(.rewards) || needs.contains(.winRates) {
      let missing = needs.contains(.rewards) ? "rewards" : "win rates"
      section.mistake(
        "labels", "\(name) needs \(missing), and \(choices.labels.rawValue) gives none")
    }
    if needs.contains(.labels) {
      section.mistake("objective", "\(name) takes single completions, which rounds do not make")
    }
    if needs.contains(.sampler), choices.source != .drawn || !choices.labels.judgesSamples {
      section.mistake("source", "\(name) needs candidates that were all sampled; set source: drawn")
    }
    if training.batch < objective.smallestStep {
      section.section("training").mistake(
        "batch",
        "\(name) needs at least \(objective.smallestStep) examples in a step, not "
          + "\(training.batch)")
    }
    guard choices.draws, choices.labels.judgesSamples else { return }
    if rule == .none, choices.source != .dataAndDrawn, width < objective.smallestGroup {
      section.mistake(
        "candidates",
        "\(name) compares at least \(objective.smallestGroup) candidates, not \(width)")
    }
    if choices.source != .dataAndDrawn, width < rule.fewest {
      section.mistake(
        "candidates", "\(width) are too few for pairs: \(rule.rawValue), which needs \(rule.fewest)"
      )
    } else if rule == .iid, width % 2 == 1 {
      section.mistake("candidates", "\(width) leave one over in pairs: iid; take an even number")
    }
    if choices.source == .data, width != 2 {
      section.mistake("candidates", "two samples take the place of a pair, not \(width)")
    }
  }

  private func checkAnchor(_ section: Section) {
    let name = type(of: objective).name
    let needs = objective.needs
    let anchor = choices.anchor
    if needs.contains([.reference, .previous]), anchor != .both {
      section.mistake(
        "anchor", "\(name) needs a reference and the previous round's policy; set anchor: both")
    } else if needs.contains(.previous), anchor != .previous, anchor != .both {
      section.mistake("anchor", "\(name) needs the previous round's policy; set anchor: previous")
    } else if needs.contains(.reference), anchor == .none {
      section.mistake(
        "anchor", "\(name) needs a reference policy; set anchor: initial, previous or ema")
    }
    if choices.labels == .implicit || choices.labels == .redrawn,
      anchor == .none || anchor == .previous
    {
      section.mistake(
        "anchor",
        "labels: \(choices.labels.rawValue) need a reference other than the policy itself; "
          + "set anchor: initial or ema")
    }
  }
}

extension Objective {
  /// Whether a step must not be run in so many parts.
  fileprivate func couplesSteps(_ parts: Int) -> Bool { couplesPrompts && parts > 1 }
}
