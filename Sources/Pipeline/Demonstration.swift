/// The recipe that `plumb run` runs when it is given none.
enum Demonstration {
  static let recipe = """
    # Plumb's demonstration: a small model on reviews that Plumb generates itself, whose reward is
    # known exactly. A few minutes on two cores.
    name: demonstration
    seeds: [0, 1, 2]

    data:
      reviews: {generate: {reviews: 12000, seed: 1}}
      openings: {generate: {reviews: 768, seed: 2}}
      unseen: {generate: {reviews: 256, seed: 3}}

    stages:
      tokenizer:
        kind: tokenizer
        data: reviews
        vocabulary: 512
      sft:
        kind: language-model
        data: reviews
        tokenizer: tokenizer
        model: {layers: 2, hidden: 64, heads: 4, positions: 96}
        max_length: 64
        training: {epochs: 3, batch: 64, learning_rate: 3e-3}
      candidates:
        kind: sample
        policy: sft
        prompts: openings
        per_prompt: 8
        max_tokens: 48
        reward: synthetic
      dpo-pref:
        kind: align
        objective: dpo-pref
        policy: sft
        data: candidates
        beta: 0.3
        training: &align {epochs: 2, batch: 64, learning_rate: 1e-3, checkpoints: 3}
      exo-pref:
        kind: align
        objective: exo-pref
        policy: sft
        data: candidates
        beta_pi: 0.3
        training: *align
      dpo-rw:
        kind: align
        objective: dpo-rw
        policy: sft
        data: candidates
        candidates: 4
        beta_pi: 0.5
        beta_r: 1
        training: *align
      exo-rw:
        kind: align
        objective: exo-rw
        policy: sft
        data: candidates
        candidates: 4
        beta_pi: 0.5
        beta_r: 1
        training: *align
      best-of-8:
        kind: align
        objective: best-of-m
        policy: sft
        data: candidates
        candidates: 8
        training: *align

    evaluation:
      reference: sft
      reward: synthetic
      prompts_from: {prompts: unseen}
      prompts: 128
      samples: 4
      max_tokens: 48
      density_beta: auto
      best_of_prompts: 64
    """
}
