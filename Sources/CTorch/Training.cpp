// Gradients, optimisation, random numbers.
#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <cstring>

#include "Guard.h"
#include "Parallel.h"

using namespace ctorch;

static at::Generator &of(CTorchGeneratorRef ref) {
  return *reinterpret_cast<at::Generator *>(ref);
}

int ctorch_set_requires_gradient(CTorchRef a, bool on) {
  return status([&] { ctorch::of(a).set_requires_grad(on); });
}

bool ctorch_requires_gradient(CTorchRef a) { return ctorch::of(a).requires_grad(); }

CTorchRef ctorch_gradient(CTorchRef a) {
  lastError()[0] = 0;
  return guarded(CTorchRef(nullptr), [&]() -> CTorchRef {
    auto gradient = ctorch::of(a).grad();
    return gradient.defined() ? give(gradient) : nullptr;
  });
}

int ctorch_clear_gradient(CTorchRef a) {
  return status([&] { ctorch::of(a).mutable_grad().reset(); });
}

int ctorch_backward(CTorchRef loss, CTorchRef gradient) {
  return status([&] {
    std::vector<at::Tensor> seeds;
    if (gradient != nullptr) seeds.push_back(ctorch::of(gradient));
    torch::autograd::backward({ctorch::of(loss)}, seeds);
  });
}

bool ctorch_set_gradient_mode(bool on) {
  bool before = at::GradMode::is_enabled();
  at::GradMode::set_enabled(on);
  return before;
}

int ctorch_clip_gradients(
    const CTorchRef *parameters, int count, double limit, double *norm) {
  return status([&] {
    at::NoGradGuard off;
    std::vector<at::Tensor> gradients;
    for (int i = 0; i < count; i++) {
      auto gradient = ctorch::of(parameters[i]).grad();
      if (gradient.defined()) gradients.push_back(gradient);
    }
    if (gradients.empty()) {
      *norm = 0;
      return;
    }
    double squares = 0;
    for (auto &one : at::_foreach_norm(gradients, 2)) {
      double value = one.item<double>();
      squares += value * value;
    }
    *norm = std::sqrt(squares);
    if (limit > 0 && std::isfinite(*norm) && *norm > limit) {
      at::_foreach_mul_(gradients, limit / *norm);
    }
  });
}

/// Mixes 32 bits into 32 others that look drawn.
/// Source: C. Wellons 2018, "Prospecting for hash functions", the function named lowbias32.
static uint32_t mixed(uint32_t bits) {
  bits = (bits ^ bits >> 16) * 0x7feb352dU;
  bits = (bits ^ bits >> 15) * 0x846ca68bU;
  return bits ^ bits >> 16;
}

/// The nearest bfloat16 below or above, above as often as the value is near to it: a mean over steps keeps
/// what rounding to the nearest would lose again and again. What is drawn depends on value and step
/// alone, not on place or thread.
static c10::BFloat16 drawnRounding(float value, uint32_t step) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  if (std::isfinite(value)) bits += mixed(bits ^ step) & 0xffff;
  return c10::BFloat16(static_cast<uint16_t>(bits >> 16), c10::BFloat16::from_bits());
}

/// AdamW as at::_fused_adamw_ has it, for moments that are kept in bfloat16.
static void adamWOfNarrowMoments(
    const at::Tensor &parameter, const at::Tensor &mean, const at::Tensor &square, int64_t step,
    double rate, double beta1, double beta2, double epsilon, double decay) {
  auto gradient = parameter.grad().contiguous();
  TORCH_CHECK(
      parameter.is_cpu() && parameter.scalar_type() == at::kFloat && parameter.is_contiguous() &&
          mean.is_contiguous() && square.is_contiguous(),
      "moments in bfloat16 are of float32 weights on the processor");
  const float kept = static_cast<float>(1 - rate * decay);
  const float stride = static_cast<float>(rate / (1 - std::pow(beta1, step)));
  const float scale = static_cast<float>(std::sqrt(1 - std::pow(beta2, step)));
  const float b1 = static_cast<float>(beta1), b2 = static_cast<float>(beta2);
  const float tiny = static_cast<float>(epsilon);
  const uint32_t first = mixed(static_cast<uint32_t>(2 * step)), second = mixed(static_cast<uint32_t>(2 * step + 1));
  float *w = parameter.data_ptr<float>();
  const float *g = gradient.const_data_ptr<float>();
  auto *m = mean.data_ptr<c10::BFloat16>(), *v = square.data_ptr<c10::BFloat16>();
  inParallel(parameter.numel(), 1 << 15, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) {
      const float slope = g[i];
      const float average = b1 * static_cast<float>(m[i]) + (1 - b1) * slope;
      const float spread = b2 * static_cast<float>(v[i]) + (1 - b2) * slope * slope;
      w[i] = w[i] * kept - stride * average / (std::sqrt(spread) / scale + tiny);
      m[i] = drawnRounding(average, first);
      v[i] = drawnRounding(spread, second);
    }
  });
}

int ctorch_adamw(
    const CTorchRef *parameters, const CTorchRef *first, const CTorchRef *second, int count,
    int64_t step, double rate, double beta1, double beta2, double epsilon, double decay) {
  return status([&] {
    at::NoGradGuard off;
    std::vector<at::Tensor> values, gradients, means, squares, steps;
    for (int i = 0; i < count; i++) {
      auto &parameter = ctorch::of(parameters[i]);
      if (!parameter.grad().defined()) continue;
      if (ctorch::of(first[i]).scalar_type() == at::kBFloat16) {
        adamWOfNarrowMoments(
            parameter, ctorch::of(first[i]), ctorch::of(second[i]), step, rate, beta1, beta2,
            epsilon, decay);
        continue;
      }
      values.push_back(parameter);
      gradients.push_back(parameter.grad());
      means.push_back(ctorch::of(first[i]));
      squares.push_back(ctorch::of(second[i]));
      steps.push_back(at::full({}, static_cast<double>(step), parameter.options().dtype(at::kFloat)));
    }
    if (values.empty()) return;
    at::_fused_adamw_(
        values, gradients, means, squares, {}, steps, rate, beta1, beta2, decay, epsilon,
        /*amsgrad=*/false, /*maximize=*/false);
  });
}

CTorchGeneratorRef ctorch_generator(uint64_t seed) {
  return guarded(CTorchGeneratorRef(nullptr), [&] {
    return reinterpret_cast<CTorchGeneratorRef>(
        new at::Generator(at::detail::createCPUGenerator(seed)));
  });
}

void ctorch_generator_release(CTorchGeneratorRef generator) { delete &of(generator); }

CTorchRef ctorch_generator_state(CTorchGeneratorRef generator) {
  return tensor([&] { return of(generator).get_state().to(at::kLong); });
}

int ctorch_generator_restore(CTorchGeneratorRef generator, CTorchRef state) {
  return status([&] { of(generator).set_state(ctorch::of(state).to(at::kByte)); });
}

CTorchRef ctorch_uniform(const int64_t *sizes, int rank, CTorchGeneratorRef generator) {
  return tensor([&] {
    return at::rand(at::IntArrayRef(sizes, static_cast<size_t>(rank)), of(generator));
  });
}

CTorchRef ctorch_normal(
    const int64_t *sizes, int rank, double deviation, CTorchType type,
    CTorchGeneratorRef generator) {
  return tensor([&] {
    auto made = at::empty(
        at::IntArrayRef(sizes, static_cast<size_t>(rank)),
        at::TensorOptions().dtype(scalarType(type)));
    return made.normal_(0, deviation, of(generator));
  });
}

/// Draws from the first `allowed` columns of softmax(logits) row by row on the CPU: one pass of
/// exponentials, then sums of blocks, of which only the one that holds the drawn point is looked
/// through. Log-probabilities are those under all columns.
static at::Tensor drawnOnCPU(
    const at::Tensor &logits, const at::Tensor &uniform, int64_t allowed,
    at::Tensor &logProbability) {
  auto highest = at::amax(logits, {-1}, true);
  auto mass = at::sub(logits, highest).exp_().contiguous();
  int64_t rows = mass.size(0), width = mass.size(1);
  auto ids = at::empty({rows}, at::kLong);
  logProbability = at::empty({rows}, mass.options());
  auto numbers = uniform.to(at::kDouble).contiguous();
  TORCH_CHECK(numbers.dim() == 1 && numbers.size(0) == rows, "numbers ", numbers.sizes(), " for ", rows, " rows");
  auto source = logits.contiguous();
  const float *weights = mass.const_data_ptr<float>(), *levels = source.const_data_ptr<float>();
  const float *tops = highest.const_data_ptr<float>();
  const double *points = numbers.const_data_ptr<double>();
  int64_t *drawn = ids.data_ptr<int64_t>();
  float *logs = logProbability.data_ptr<float>();
  constexpr int64_t block = 64;
  inParallel(rows, 1, [&](int64_t begin, int64_t end) {
    std::vector<double> sums(static_cast<size_t>((allowed + block - 1) / block));
    for (int64_t row = begin; row < end; row++) {
      const float *w = weights + row * width;
      double total = 0;
      for (size_t b = 0; b < sums.size(); b++) {
        int64_t first = static_cast<int64_t>(b) * block;
        float part = 0;
        for (int64_t i = first; i < std::min(first + block, allowed); i++) part += w[i];
        sums[b] = part;
        total += part;
      }
      double left = points[row] * total;
      size_t b = 0;
      while (b + 1 < sums.size() && left >= sums[b]) left -= sums[b++];
      int64_t place = static_cast<int64_t>(b) * block, stop = std::min(place + block, allowed);
      int64_t last = -1;
      for (; place < stop; place++) {
        if (w[place] <= 0) continue;
        last = place;
        if (left < w[place]) break;
        left -= w[place];
      }
      // Rounding may leave a rest behind the last id that has any mass.
      while (last < 0 && stop > 0) {
        if (w[--stop] > 0) last = stop;
      }
      for (int64_t i = allowed; i < width; i++) total += w[i];
      drawn[row] = last < 0 ? 0 : last;
      logs[row] = static_cast<float>(levels[row * width + drawn[row]] - tops[row] - std::log(total));
    }
  });
  return ids;
}

/// Probabilities `[row, id]` with 0 for all but the `topK` largest of a row, and then for all but the
/// fewest largest that hold `topP` of what is left. Of equal ones the smaller id goes first.
static at::Tensor truncated(const at::Tensor &mass, int64_t topK, double topP) {
  auto [sorted, order] = at::sort(mass, /*stable=*/true, -1, /*descending=*/true);
  int64_t width = mass.size(-1);
  if (topK > 0 && topK < width) at::narrow(sorted, -1, topK, width - topK).zero_();
  if (topP < 1) {
    auto reached = at::cumsum(sorted, -1, at::kDouble);
    auto total = at::narrow(reached, -1, width - 1, 1);
    // An id stays while those before it hold less than the share; so the first always does.
    sorted = at::where(at::lt(at::sub(reached, sorted), at::mul(total, topP)), sorted, 0);
  }
  return at::zeros_like(mass).scatter(-1, order, sorted);
}

CTorchRef ctorch_draw(
    CTorchRef logits, CTorchRef uniform, double temperature, int64_t allowed, int64_t topK,
    double topP, CTorchRef *logProbability) {
  *logProbability = nullptr;
  return tensor([&] {
    at::NoGradGuard off;
    TORCH_CHECK(temperature >= 0, "temperature ", temperature, " is below 0");
    TORCH_CHECK(topP > 0 && topP <= 1, "top_p ", topP, " is not in (0, 1]");
    auto scaled = ctorch::of(logits);
    if (scaled.scalar_type() != at::kDouble) scaled = scaled.to(at::kFloat);
    int64_t width = scaled.size(-1);
    if (allowed < 0) allowed = width;
    TORCH_CHECK(allowed > 0 && allowed <= width, "ids ", allowed, " of ", width, " columns");
    if (temperature > 0 && temperature != 1) scaled = at::div(scaled, temperature);
    bool isWhole = topK <= 0 && topP == 1;
    if (temperature > 0 && isWhole && scaled.is_cpu() && scaled.scalar_type() == at::kFloat &&
        scaled.dim() == 2) {
      at::Tensor logs;
      auto ids = drawnOnCPU(scaled, ctorch::of(uniform), allowed, logs);
      *logProbability = give(logs);
      return ids;
    }
    auto logs = at::log_softmax(scaled, -1);
    auto possible = at::narrow(logs, -1, 0, allowed);
    at::Tensor ids;
    if (temperature > 0) {
      auto kept = at::exp(possible);
      if (!isWhole) kept = truncated(kept, topK, topP);
      auto mass = at::cumsum(kept, -1, at::kDouble);
      auto total = at::narrow(mass, -1, allowed - 1, 1);
      auto point = ctorch::of(uniform).to(mass.device(), at::kDouble).unsqueeze(-1) * total;
      // A point that is rounded up to the total would fall on an id without mass.
      point = at::minimum(point, at::nextafter(total, at::zeros_like(total)));
      ids = at::searchsorted(mass, point, /*out_int32=*/false, /*right=*/true);
      ids = at::clamp_max(ids, allowed - 1);
    } else {
      ids = at::argmax(possible, -1, /*keepdim=*/true);
    }
    *logProbability = give(at::gather(logs, -1, ids).squeeze(-1));
    return ids.squeeze(-1);
  });
}
