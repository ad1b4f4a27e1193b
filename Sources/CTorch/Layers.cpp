// Layers of a decoder, and the few kernels ATen has no name for.
#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <cmath>
#include <limits>

#include "Guard.h"
#include "Packed.h"
#include "Parallel.h"

using namespace ctorch;
using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

namespace {

/// The value nearest to `x` among bfloat16 numbers, ties to even; NaN stays NaN.
inline float nearestBFloat16(float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, 4);
  uint32_t rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) & 0xffff0000u;
  // Infinity and NaN have all exponent bits set; adding to them would change what they are.
  uint32_t kept = (bits & 0x7f800000u) == 0x7f800000u ? bits : rounded;
  std::memcpy(&x, &kept, 4);
  return x;
}

/// Rounds to bfloat16 precision and stays float32. Processors without bfloat16 instructions
/// multiply such values many times faster than bfloat16 storage, with the same products.
Tensor rounded(const Tensor &a) {
  if (!a.is_cpu() || a.scalar_type() != at::kFloat) return a.to(at::kBFloat16).to(a.scalar_type());
  auto from = a.contiguous();
  auto result = at::empty_like(from);
  const float *input = from.const_data_ptr<float>();
  float *output = result.data_ptr<float>();
  inParallel(from.numel(), 1 << 15, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) output[i] = nearestBFloat16(input[i]);
  });
  return result;
}

bool hasFastBFloat16(const Tensor &a) {
  return a.is_cuda() || ctorch_has_native_bfloat16();
}

/// A product with a packed weight; see `ctorch_pack`.
Tensor packedLinear(
    const Tensor &input, const Tensor &weight, const std::optional<Tensor> &bias, bool rounding,
    bool gelu) {
  bool native = weight.scalar_type() == at::kBFloat16;
  auto x = native ? input.to(at::kBFloat16) : rounding ? rounded(input) : input;
  if (!rounding) return multipliedByPacked(x, weight, bias, gelu);
  auto y = multipliedByPacked(x, weight, std::nullopt, false);
  y = native ? y.to(input.scalar_type()) : rounded(y);
  if (bias.has_value()) y.add_(*bias);
  return gelu ? at::gelu(y, "tanh") : y;
}

/// A factor as bfloat16 products take it.
Tensor factor(const Tensor &a) {
  return hasFastBFloat16(a) ? a.to(at::kBFloat16) : rounded(a);
}

/// A product of such factors as the rest of a layer takes it; not the tensor that came in.
Tensor product(const Tensor &y, const Tensor &input) {
  return y.scalar_type() == at::kBFloat16 ? y.to(input.scalar_type()) : rounded(y);
}

struct RoundedLinear : torch::autograd::Function<RoundedLinear> {
  static Tensor forward(
      AutogradContext *context, const Tensor &input, const Tensor &weight,
      const std::optional<Tensor> &bias) {
    auto x = factor(input);
    // Of what is there anyway no second copy waits: the weight is rounded again.
    context->save_for_backward({weight.requires_grad() ? x : Tensor(), weight});
    context->saved_data["bias"] = bias.has_value();
    auto y = product(at::linear(x, factor(weight)), input);
    return bias.has_value() ? y.add_(*bias) : y;
  }

  static variable_list backward(AutogradContext *context, variable_list gradients) {
    auto saved = context->get_saved_variables();
    auto &x = saved[0];
    auto given = gradients[0];
    auto g = factor(given);
    auto rows = g.reshape({-1, g.size(-1)});
    Tensor dx, dw;
    if (context->needs_input_grad(0)) {
      dx = at::matmul(g, factor(saved[1])).to(given.scalar_type());
    }
    if (context->needs_input_grad(1)) {
      dw = at::matmul(rows.t(), x.reshape({-1, x.size(-1)})).to(given.scalar_type());
    }
    auto db = context->saved_data["bias"].toBool()
                  ? at::sum(given.reshape({-1, given.size(-1)}), {0})
                  : Tensor();
    return {dx, dw, db};
  }
};

/// A product with a frozen weight and what a low-rank adapter adds to it: x Wᵀ + b + scale · x Aᵀ Bᵀ.
///
/// One function of all factors keeps the input once, and nothing as wide as the output.
struct AdaptedLinear : torch::autograd::Function<AdaptedLinear> {
  static Tensor forward(
      AutogradContext *context, const Tensor &input, const Tensor &weight, const Tensor &down,
      const Tensor &up, const std::optional<Tensor> &bias, double scale, bool rounding) {
    TORCH_CHECK(
        !weight.requires_grad() && !(bias.has_value() && bias->requires_grad()),
        "the weight under an adapter is frozen");
    context->saved_data["scale"] = scale;
    context->saved_data["rounding"] = rounding;
    auto x = rounding ? factor(input) : input;
    auto narrow = at::linear(x, rounding ? factor(down) : down);
    context->save_for_backward({x, weight, down, up, narrow});
    if (!rounding) {
      return at::linear(x, weight, bias).add_(at::linear(narrow, up), scale);
    }
    auto y = product(at::linear(x, factor(weight)), input);
    if (bias.has_value()) y.add_(*bias);
    if (narrow.scalar_type() != at::kBFloat16) narrow = rounded(narrow);
    return y.add_(product(at::linear(narrow, factor(up)), input), scale);
  }

  static variable_list backward(AutogradContext *context, variable_list gradients) {
    auto saved = context->get_saved_variables();
    double scale = context->saved_data["scale"].toDouble();
    bool rounding = context->saved_data["rounding"].toBool();
    auto as = [&](const Tensor &a) { return rounding ? factor(a) : a; };
    auto given = gradients[0];
    auto type = given.scalar_type();
    auto flat = [](const Tensor &a) { return a.reshape({-1, a.size(-1)}); };
    auto g = flat(as(given));
    auto x = flat(saved[0]);
    auto narrow = flat(as(saved[4]));
    auto back = at::matmul(g, as(saved[3])).to(type).mul_(scale);
    Tensor dx, dDown, dUp;
    if (context->needs_input_grad(0)) {
      dx = at::matmul(g, as(saved[1])).to(type);
      if (rounding) {
        dx.add_(at::matmul(as(back), as(saved[2])).to(type));
      } else {
        dx.addmm_(back, saved[2]);
      }
      dx = dx.view(saved[0].sizes());
    }
    // A bias that is not there is not counted, so that it comes last.
    if (context->needs_input_grad(2)) dDown = at::matmul(as(back).t(), x).to(type);
    if (context->needs_input_grad(3)) dUp = at::matmul(g.t(), narrow).to(type).mul_(scale);
    return {dx, Tensor(), dDown, dUp, Tensor(), Tensor(), Tensor()};
  }
};

/// `[to, …]` rows of `a` named by `positions`, zeros for -1.
Tensor gathered(const Tensor &a, const Tensor &rows) {
  auto positions = rows.contiguous();
  TORCH_CHECK(positions.dim() == 1, "positions are a list, found the shape ", positions.sizes());
  if (!a.is_cpu()) {
    auto taken = at::index_select(a, 0, at::clamp_min(positions, 0));
    std::vector<int64_t> shape(a.dim(), 1);
    shape[0] = positions.size(0);
    return at::masked_fill(taken, at::lt(positions, 0).view(shape), 0);
  }
  auto from = a.contiguous();
  auto sizes = from.sizes().vec();
  sizes[0] = positions.size(0);
  auto result = at::empty(sizes, from.options());
  const size_t width = from.size(0) > 0 ? from.nbytes() / static_cast<size_t>(from.size(0)) : 0;
  const char *input = static_cast<const char *>(from.const_data_ptr());
  char *output = static_cast<char *>(result.data_ptr());
  const int64_t *place = positions.const_data_ptr<int64_t>();
  for (int64_t i = 0; i < positions.size(0); i++) {
    TORCH_CHECK(
        place[i] < from.size(0), "position ", place[i], " is beyond the last of ", from.size(0),
        " rows");
  }
  inParallel(positions.size(0), 64, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) {
      char *row = output + static_cast<size_t>(i) * width;
      if (place[i] < 0) {
        std::memset(row, 0, width);
      } else {
        std::memcpy(row, input + static_cast<size_t>(place[i]) * width, width);
      }
    }
  });
  return result;
}

struct Rearrange : torch::autograd::Function<Rearrange> {
  static Tensor forward(
      AutogradContext *context, const Tensor &a, const Tensor &positions, const Tensor &inverse) {
    context->save_for_backward({inverse});
    return gathered(a, positions);
  }

  static variable_list backward(AutogradContext *context, variable_list gradients) {
    return {gathered(gradients[0], context->get_saved_variables()[0]), Tensor(), Tensor()};
  }
};

/// out = a·cos + [−a₂, a₁]·sin, per row, in the first `count` heads; `sign` −1 turns back. The halves
/// are those of as many of a head's first numbers as there are angles for; the others stay.
Tensor turned(
    const Tensor &a, const Tensor &cosines, const Tensor &sines, int64_t count, float sign) {
  auto cosine = cosines.contiguous(), sine = sines.contiguous();
  int64_t half = cosine.size(-1);
  TORCH_CHECK(
      a.dim() == 3 && cosine.dim() == 2 && sine.sizes() == cosine.sizes() &&
          a.size(0) == cosine.size(0) && a.size(2) >= 2 * half && count >= 0 && count <= a.size(1),
      "cosines ", cosine.sizes(), " and sines ", sine.sizes(), " for ", count,
      " heads do not fit ", a.sizes());
  if (!a.is_cpu() || a.scalar_type() != at::kFloat) {
    auto c = cosine.unsqueeze(1), s = sine.unsqueeze(1) * sign;
    auto some = at::narrow(a, 1, 0, count);
    auto first = at::narrow(some, -1, 0, half), second = at::narrow(some, -1, half, half);
    auto still = at::narrow(some, -1, 2 * half, a.size(2) - 2 * half);
    auto moved = at::cat({first * c - second * s, second * c + first * s, still}, -1);
    return at::cat({moved, at::narrow(a, 1, count, a.size(1) - count)}, 1);
  }
  auto from = a.contiguous();
  auto result = at::empty_like(from);
  int64_t heads = from.size(1), size = from.size(2);
  size_t still = static_cast<size_t>(size - 2 * half) * sizeof(float);
  const float *input = from.const_data_ptr<float>();
  const float *turns = cosine.const_data_ptr<float>(), *shifts = sine.const_data_ptr<float>();
  float *output = result.data_ptr<float>();
  inParallel(from.size(0), 16, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; row++) {
      const float *c = turns + row * half, *s = shifts + row * half;
      for (int64_t head = 0; head < count; head++) {
        const float *x = input + (row * heads + head) * size;
        float *y = output + (row * heads + head) * size;
        for (int64_t i = 0; i < half; i++) {
          float turn = s[i] * sign;
          y[i] = x[i] * c[i] - x[half + i] * turn;
          y[half + i] = x[half + i] * c[i] + x[i] * turn;
        }
        if (still > 0) std::memcpy(y + 2 * half, x + 2 * half, still);
      }
      size_t rest = static_cast<size_t>((heads - count) * size) * sizeof(float);
      int64_t start = (row * heads + count) * size;
      std::memcpy(output + start, input + start, rest);
    }
  });
  return result;
}

struct Rotate : torch::autograd::Function<Rotate> {
  static Tensor forward(
      AutogradContext *context, const Tensor &a, const Tensor &cosine, const Tensor &sine,
      int64_t heads) {
    context->save_for_backward({cosine, sine});
    context->saved_data["heads"] = heads;
    return turned(a, cosine, sine, heads, 1);
  }

  static variable_list backward(AutogradContext *context, variable_list gradients) {
    auto saved = context->get_saved_variables();
    int64_t heads = context->saved_data["heads"].toInt();
    auto turnedBack = turned(gradients[0], saved[0], saved[1], heads, -1);
    return {turnedBack, Tensor(), Tensor(), Tensor()};
  }
};

/// Root-mean-square normalisation with float32 statistics and a closed-form gradient.
struct RMSNorm : torch::autograd::Function<RMSNorm> {
  static Tensor forward(
      AutogradContext *context, const Tensor &a, const Tensor &weight, double epsilon) {
    auto wide = a.scalar_type() == at::kDouble ? a : a.to(at::kFloat);
    auto scale = at::rsqrt(at::mean(at::square(wide), {-1}, true) + epsilon);
    auto normal = wide * scale;
    context->save_for_backward({normal, scale, weight});
    return (normal * weight).to(a.scalar_type());
  }

  static variable_list backward(AutogradContext *context, variable_list gradients) {
    auto saved = context->get_saved_variables();
    auto &normal = saved[0], &scale = saved[1], &weight = saved[2];
    auto g = gradients[0].to(normal.scalar_type());
    Tensor dw;
    if (context->needs_input_grad(1)) {
      dw = at::sum((g * normal).reshape({-1, g.size(-1)}), {0}).to(weight.scalar_type());
    }
    auto dn = g * weight;
    auto inner = at::mean(dn * normal, {-1}, true);
    auto da = at::addcmul(dn, normal, inner, -1).mul_(scale);
    return {da.to(gradients[0].scalar_type()), dw, Tensor()};
  }
};

struct TokenLogProbabilities : torch::autograd::Function<TokenLogProbabilities> {
  static Tensor logits(
      const Tensor &hidden, const Tensor &weight, double temperature, double cap) {
    auto z = at::linear(hidden, weight);
    if (z.scalar_type() == at::kBFloat16) z = z.to(at::kFloat);
    if (cap > 0) z.div_(cap).tanh_().mul_(cap);
    return temperature == 1 ? z : z.div_(temperature);
  }

  static Tensor forward(
      AutogradContext *context, const Tensor &hidden, const Tensor &weight, const Tensor &ids,
      double temperature, double cap, int64_t chunk, bool rounding) {
    TORCH_CHECK(chunk > 0, "chunks of ", chunk, " rows");
    TORCH_CHECK(
        hidden.dim() == 2 && ids.dim() == 1 && ids.size(0) == hidden.size(0), "ids ", ids.sizes(),
        " do not fit hidden ", hidden.sizes());
    bool native = rounding && hasFastBFloat16(hidden);
    auto h = native ? hidden.to(at::kBFloat16) : rounding ? rounded(hidden) : hidden;
    auto w = native ? weight.to(at::kBFloat16) : rounding ? rounded(weight) : weight;
    int64_t rows = h.size(0);
    auto type = h.scalar_type() == at::kBFloat16 ? at::kFloat : h.scalar_type();
    auto normaliser = at::empty({rows}, h.options().dtype(type));
    auto result = at::empty({rows}, h.options().dtype(type));
    for (int64_t start = 0; start < rows; start += chunk) {
      int64_t length = std::min(chunk, rows - start);
      auto z = logits(at::narrow(h, 0, start, length), w, temperature, cap);
      auto lse = at::logsumexp(z, {-1});
      auto picked = at::gather(z, 1, at::narrow(ids, 0, start, length).unsqueeze(1)).squeeze(1);
      at::narrow(normaliser, 0, start, length).copy_(lse);
      at::narrow(result, 0, start, length).copy_(picked - lse);
    }
    context->save_for_backward({h, w, ids, normaliser});
    context->saved_data["temperature"] = temperature;
    context->saved_data["cap"] = cap;
    context->saved_data["chunk"] = chunk;
    context->saved_data["type"] = static_cast<int64_t>(hidden.scalar_type());
    return result;
  }

  static variable_list backward(AutogradContext *context, variable_list gradients) {
    auto saved = context->get_saved_variables();
    auto &h = saved[0], &w = saved[1], &ids = saved[2], &normaliser = saved[3];
    double temperature = context->saved_data["temperature"].toDouble();
    double cap = context->saved_data["cap"].toDouble();
    int64_t chunk = context->saved_data["chunk"].toInt(), rows = h.size(0);
    auto type = static_cast<at::ScalarType>(context->saved_data["type"].toInt());
    auto g = gradients[0] / temperature;
    auto dh = at::empty_like(h);
    // A head that is frozen has none, and most of a step's memory with it.
    bool moves = context->needs_input_grad(1);
    auto dw = moves ? at::zeros(w.sizes(), w.options().dtype(type)) : Tensor();
    for (int64_t start = 0; start < rows; start += chunk) {
      int64_t length = std::min(chunk, rows - start);
      auto part = at::narrow(h, 0, start, length);
      auto seed = at::narrow(g, 0, start, length).unsqueeze(1);
      auto dz = logits(part, w, temperature, cap);
      // d (cap · tanh(z / cap)) / dz = 1 − tanh²(z / cap).
      auto bend = cap > 0 ? at::square(dz * (temperature / cap)).neg_().add_(1) : Tensor();
      dz.sub_(at::narrow(normaliser, 0, start, length).unsqueeze(1)).exp_().mul_(-seed);
      dz.scatter_add_(1, at::narrow(ids, 0, start, length).unsqueeze(1), seed);
      if (cap > 0) dz.mul_(bend);
      auto d = dz.to(w.scalar_type());
      at::narrow(dh, 0, start, length).copy_(at::matmul(d, w));
      if (!moves) continue;
      if (w.scalar_type() == type) {
        dw.addmm_(d.t(), part);
      } else {
        dw.add_(at::matmul(d.t(), part));
      }
    }
    return {dh.to(type), dw, Tensor(), Tensor(), Tensor(), Tensor(), Tensor()};
  }
};

/// `[time, time]` to add to scores: 0 where a query may look, −∞ elsewhere. Each looks at its own place
/// and before, at most at `window` places where that is above 0.
Tensor band(const Tensor &query, int64_t window) {
  int64_t time = query.size(-2);
  auto open = at::tril(at::ones({time, time}, query.options().dtype(at::kBool)));
  if (window > 0) open = at::triu(open, 1 - window);
  return at::zeros({time, time}, query.options().requires_grad(false))
      .masked_fill_(at::logical_not(open), -std::numeric_limits<double>::infinity());
}

}  // namespace

Tensor ctorch::roundedToBFloat16(const Tensor &a) { return rounded(a); }

Tensor ctorch::cappedAttention(
    const Tensor &query, const Tensor &key, const Tensor &value, const std::optional<Tensor> &mask,
    double scale, double cap) {
  // Scores are large: what no gradient needs is written over.
  auto scores =
      at::matmul(query, key.transpose(-2, -1)).mul_(scale / cap).tanh_() * cap;
  if (mask.has_value() && mask->scalar_type() == at::kBool) {
    scores.masked_fill_(at::logical_not(*mask), -std::numeric_limits<double>::infinity());
  } else if (mask.has_value()) {
    scores.add_(*mask);
  }
  auto wide = scores.scalar_type() == at::kDouble ? scores : scores.to(at::kFloat);
  return at::matmul(at::softmax(wide, -1).to(value.scalar_type()), value);
}

CTorchRef ctorch_linear(
    CTorchRef input, CTorchRef weight, CTorchRef bias, bool rounding, bool gelu) {
  return tensor([&] {
    std::optional<Tensor> offset;
    if (bias != nullptr) offset = of(bias);
    if (of(weight).is_mkldnn()) {
      return packedLinear(of(input), of(weight), offset, rounding, gelu);
    }
    Tensor y = rounding ? RoundedLinear::apply(of(input), of(weight), offset)
                        : at::linear(of(input), of(weight), offset);
    return gelu ? at::gelu(y, "tanh") : y;
  });
}

CTorchRef ctorch_adapted_linear(
    CTorchRef input, CTorchRef weight, CTorchRef bias, CTorchRef down, CTorchRef up, double scale,
    bool rounding) {
  return tensor([&] {
    std::optional<Tensor> offset;
    if (bias != nullptr) offset = of(bias);
    return AdaptedLinear::apply(
        of(input), of(weight), of(down), of(up), offset, scale, rounding);
  });
}

CTorchRef ctorch_embedding(CTorchRef weight, CTorchRef ids) {
  return tensor([&] { return at::embedding(of(weight), of(ids)); });
}

CTorchRef ctorch_layer_norm(CTorchRef input, CTorchRef weight, CTorchRef bias, double epsilon) {
  return tensor([&] {
    return at::layer_norm(of(input), {of(input).size(-1)}, of(weight), of(bias), epsilon);
  });
}

CTorchRef ctorch_rms_norm(CTorchRef input, CTorchRef weight, double epsilon) {
  return tensor([&] { return RMSNorm::apply(of(input), of(weight), epsilon); });
}

CTorchRef ctorch_rearrange(CTorchRef a, CTorchRef positions, CTorchRef inverse) {
  return tensor([&] { return Rearrange::apply(of(a), of(positions), of(inverse)); });
}

CTorchRef ctorch_rotate(CTorchRef input, CTorchRef cosine, CTorchRef sine, int64_t heads) {
  return tensor([&] { return Rotate::apply(of(input), of(cosine), of(sine), heads); });
}

CTorchRef ctorch_attention(
    CTorchRef query, CTorchRef key, CTorchRef value, CTorchRef mask, bool causal, int64_t window,
    double scale, double cap) {
  return tensor([&] {
    std::optional<Tensor> bias;
    if (mask != nullptr) bias = of(mask);
    bool isWindowed = window > 0 && window < of(key).size(-2);
    if (isWindowed || (causal && cap > 0)) {
      TORCH_CHECK(
          causal && !bias.has_value() && of(query).size(-2) == of(key).size(-2),
          "a window needs causal attention of as many queries as keys, without a mask");
      bias = band(of(query), isWindowed ? window : 0);
      causal = false;
    }
    if (cap > 0) return cappedAttention(of(query), of(key), of(value), bias, scale, cap);
    return at::scaled_dot_product_attention(
        of(query), of(key), of(value), bias, /*dropout_p=*/0.0, causal, scale);
  });
}

CTorchRef ctorch_token_log_probabilities(
    CTorchRef hidden, CTorchRef weight, CTorchRef ids, double temperature, double cap,
    int64_t chunk, bool rounding) {
  return tensor([&] {
    return TokenLogProbabilities::apply(
        of(hidden), of(weight), of(ids), temperature, cap, chunk, rounding);
  });
}
