// Gradients, optimisation, random numbers.
#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <torch/csrc/autograd/autograd.h>

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

int ctorch_adamw(
    const CTorchRef *parameters, const CTorchRef *first, const CTorchRef *second, int count,
    int64_t step, double rate, double beta1, double beta2, double epsilon, double decay) {
  return status([&] {
    at::NoGradGuard off;
    std::vector<at::Tensor> values, gradients, means, squares, steps;
    for (int i = 0; i < count; i++) {
      auto &parameter = ctorch::of(parameters[i]);
      if (!parameter.grad().defined()) continue;
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

/// Draws from softmax(logits) row by row on the CPU: one pass of exponentials, then sums of blocks,
/// of which only the one that holds the drawn point is looked through.
static at::Tensor drawnOnCPU(
    const at::Tensor &logits, const at::Tensor &uniform, at::Tensor &logProbability) {
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
    std::vector<double> sums(static_cast<size_t>((width + block - 1) / block));
    for (int64_t row = begin; row < end; row++) {
      const float *w = weights + row * width;
      double total = 0;
      for (size_t b = 0; b < sums.size(); b++) {
        int64_t first = static_cast<int64_t>(b) * block;
        float part = 0;
        for (int64_t i = first; i < std::min(first + block, width); i++) part += w[i];
        sums[b] = part;
        total += part;
      }
      double left = points[row] * total;
      size_t b = 0;
      while (b + 1 < sums.size() && left >= sums[b]) left -= sums[b++];
      int64_t place = static_cast<int64_t>(b) * block, stop = std::min(place + block, width);
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
      drawn[row] = last < 0 ? 0 : last;
      logs[row] = static_cast<float>(levels[row * width + drawn[row]] - tops[row] - std::log(total));
    }
  });
  return ids;
}

CTorchRef ctorch_draw(
    CTorchRef logits, CTorchRef uniform, double temperature, CTorchRef *logProbability) {
  *logProbability = nullptr;
  return tensor([&] {
    at::NoGradGuard off;
    TORCH_CHECK(temperature >= 0, "temperature ", temperature, " is below 0");
    auto scaled = ctorch::of(logits);
    if (scaled.scalar_type() != at::kDouble) scaled = scaled.to(at::kFloat);
    at::Tensor ids;
    if (temperature > 0) {
      if (temperature != 1) scaled = at::div(scaled, temperature);
      if (scaled.is_cpu() && scaled.scalar_type() == at::kFloat && scaled.dim() == 2) {
        at::Tensor logs;
        ids = drawnOnCPU(scaled, ctorch::of(uniform), logs);
        *logProbability = give(logs);
        return ids;
      }
      scaled = at::log_softmax(scaled, -1);
      auto mass = at::cumsum(at::exp(scaled), -1, at::kDouble);
      auto total = at::narrow(mass, -1, mass.size(-1) - 1, 1);
      auto point = ctorch::of(uniform).to(mass.device(), at::kDouble).unsqueeze(-1) * total;
      ids = at::searchsorted(mass, point, /*out_int32=*/false, /*right=*/true);
      ids = at::clamp_max(ids, mass.size(-1) - 1);
    } else {
      scaled = at::log_softmax(scaled, -1);
      ids = at::argmax(scaled, -1, /*keepdim=*/true);
    }
    *logProbability = give(at::gather(scaled, -1, ids).squeeze(-1));
    return ids.squeeze(-1);
  });
}
