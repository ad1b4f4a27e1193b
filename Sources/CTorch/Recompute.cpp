// A part of a computation that is done again in the backward pass, to keep nothing of it in between.
#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

#include <stdexcept>

#include "Guard.h"

using namespace ctorch;
using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

namespace {

/// The caller's function, given back when the last of the graph that may call it is gone.
struct Body : torch::CustomClassHolder {
  void *context;
  CTorchRef (*body)(void *, CTorchRef);
  void (*release)(void *);

  Body(void *context, CTorchRef (*body)(void *, CTorchRef), void (*release)(void *))
      : context(context), body(body), release(release) {}
  ~Body() override { release(context); }

  Tensor operator()(const Tensor &x) const {
    CTorchRef made = body(context, give(x));
    if (made == nullptr) throw std::runtime_error(lastError());
    Tensor result = of(made);
    ctorch_release(made);
    return result;
  }
};

struct Recompute : torch::autograd::Function<Recompute> {
  /// `anchor` wants a gradient, so that there is a backward pass where only weights inside do.
  static Tensor forward(
      AutogradContext *context, const Tensor &x, const Tensor &anchor,
      const c10::intrusive_ptr<Body> &body) {
    context->save_for_backward({x});
    context->saved_data["body"] = c10::IValue::make_capsule(body);
    return (*body)(x);
  }

  static variable_list backward(AutogradContext *context, variable_list gradients) {
    auto x = context->get_saved_variables()[0].detach();
    bool passesOn = context->needs_input_grad(0);
    x.set_requires_grad(passesOn);
    auto body = c10::static_intrusive_pointer_cast<Body>(context->saved_data["body"].toCapsule());
    Tensor y;
    {
      at::AutoGradMode on(true);
      y = (*body)(x);
    }
    if (y.requires_grad()) torch::autograd::backward({y}, {gradients[0]});
    return {passesOn ? x.grad() : Tensor(), Tensor(), Tensor()};
  }
};

}  // namespace

CTorchRef ctorch_recompute(
    CTorchRef input, void *context, CTorchRef (*body)(void *, CTorchRef),
    void (*release)(void *)) {
  return tensor([&] {
    auto part = c10::make_intrusive<Body>(context, body, release);
    if (!at::GradMode::is_enabled()) return (*part)(of(input));
    auto anchor = at::zeros({0}).set_requires_grad(true);
    return Recompute::apply(of(input), anchor, part);
  });
}
