// Processes that work on one run: c10d over Gloo, as the wheel of libtorch brings it.
#include <ATen/ATen.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#define USE_C10D_GLOO
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include "Guard.h"

using namespace ctorch;
using std::chrono::seconds;

namespace {

/// Rounds of the watch, and how many without a sign of life make a rank dead.
constexpr auto beat = seconds(2);
constexpr int patience = 10;

/// The group, and a thread that tells the others that this process lives and looks whether they do.
class Group {
 public:
  Group(const std::string &host, uint16_t port, int rank, int count, bool serves,
        const std::string &device, const std::string &name)
      : rank_(rank), count_(count), serves_(serves), seen_(count, 0), missed_(count, 0) {
    c10d::TCPStoreOptions options;
    options.port = port;
    options.isServer = serves;
    options.numWorkers = count;
    options.waitWorkers = false;
    options.timeout = seconds(60);
    auto store = c10::make_intrusive<c10d::TCPStore>(host, options);
    // A launcher that starts the ranks again keeps its store: each start has names of its own.
    store_ = c10::make_intrusive<c10d::PrefixStore>(name, store);
    auto gloo = c10d::ProcessGroupGloo::Options::create(seconds(60));
    gloo->devices.push_back(
        device.empty() ? c10d::ProcessGroupGloo::createDefaultDevice()
        : device[0] == '@' ? c10d::ProcessGroupGloo::createDeviceForInterface(device.substr(1))
                           : c10d::ProcessGroupGloo::createDeviceForHostname(device));
    backend_ = c10::make_intrusive<c10d::ProcessGroupGloo>(store_, rank, count, gloo);
    // Who waits for a stage that one rank makes alone waits as long as it takes; the watch tells the dead.
    backend_->setTimeout(std::chrono::hours(24 * 365));
    watch_ = std::thread([this] { watch(); });
  }

  /// Says goodbye, so that the others know that nobody died. Whoever serves the store stays for their own.
  ~Group() {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      isOver_ = true;
    }
    wake_.notify_all();
    watch_.join();
    try {
      store_->set(key("left", rank_), "1");
      backend_.reset();
      for (int wait = 0; serves_ && wait < 50 && !haveAllLeft(); wait++)
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    } catch (...) {
      // Who served the store is gone already.
    }
  }

  c10d::ProcessGroupGloo &backend() { return *backend_; }
  int count() const { return count_; }

  /// The first rank that has left, or gives no sign of life, after as long as it takes to know; -1 for none.
  int gone(bool *left) {
    for (int round = 0; round <= patience; round++) {
      *left = false;
      int found = dead_;
      if (found >= 0) return found;
      try {
        for (int other = 0; other < count_; other++) {
          if (other == rank_ || !store_->check({key("left", other)})) continue;
          *left = true;
          return other;
        }
      } catch (...) {
        return 0;
      }
      std::this_thread::sleep_for(beat);
    }
    return -1;
  }

 private:
  void watch() {
    try {
      auto store = store_->clone();
      for (int64_t round = 1;; round++) {
        store->set(key("alive", rank_), std::to_string(round));
        for (int other = 0; other < count_; other++) {
          if (other == rank_ || !store->check({key("alive", other)})) continue;
          auto value = std::stoll(store->get_to_str(key("alive", other)));
          missed_[other] = value == seen_[other] ? missed_[other] + 1 : 0;
          seen_[other] = value;
          if (missed_[other] >= patience) dead_ = other;
        }
        std::unique_lock<std::mutex> lock(mutex_);
        if (wake_.wait_for(lock, beat, [this] { return isOver_; })) return;
      }
    } catch (...) {
      // The store is that of the first rank, or of the launcher, which then is gone.
      if (!isOver_) dead_ = 0;
    }
  }

  bool haveAllLeft() {
    for (int other = 0; other < count_; other++)
      if (!store_->check({key("left", other)})) return false;
    return true;
  }

  static std::string key(const char *what, int rank) {
    return std::string(what) + "/" + std::to_string(rank);
  }

  int rank_, count_;
  bool serves_;
  c10::intrusive_ptr<c10d::Store> store_;
  c10::intrusive_ptr<c10d::ProcessGroupGloo> backend_;
  std::vector<int64_t> seen_;
  std::vector<int> missed_;
  std::atomic<int> dead_{-1};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::atomic<bool> isOver_{false};
  std::thread watch_;
};

std::unique_ptr<Group> group;

Group &joined() {
  TORCH_CHECK(group, "no ranks have been joined");
  return *group;
}

}  // namespace

int ctorch_ranks_join(
    const char *host, int port, int rank, int count, bool serves, const char *device,
    const char *name) {
  return status([&] {
    TORCH_CHECK(!group, "ranks have been joined already");
    group = std::make_unique<Group>(
        host, static_cast<uint16_t>(port), rank, count, serves, device, name);
  });
}

int ctorch_ranks_gone(bool *left) {
  return guarded(-1, [&] { return joined().gone(left); });
}

int ctorch_ranks_sum_gradients(const CTorchRef *parameters, int count) {
  return status([&] {
    at::NoGradGuard off;
    // One message: what each parameter's gradient is, and before it who has one at all.
    auto present = at::zeros({count}, at::kFloat);
    std::vector<at::Tensor> parts{present};
    for (int i = 0; i < count; i++) {
      auto &parameter = of(parameters[i]);
      bool isThere = parameter.grad().defined();
      if (isThere) present[i].fill_(1);
      parts.push_back(
          (isThere ? parameter.grad() : at::zeros_like(parameter)).reshape({-1}).to(at::kCPU, at::kFloat));
    }
    std::vector<at::Tensor> all{at::cat(parts)};
    joined().backend().allreduce(all)->wait();
    auto anywhere = at::narrow(all[0], 0, 0, count).contiguous();
    int64_t place = count;
    for (int i = 0; i < count; i++) {
      auto &parameter = of(parameters[i]);
      int64_t size = parameter.numel();
      if (anywhere.const_data_ptr<float>()[i] > 0) {
        auto sum = at::narrow(all[0], 0, place, size).reshape(parameter.sizes());
        auto &gradient = parameter.mutable_grad();
        if (!gradient.defined()) gradient = at::empty_like(parameter);
        gradient.copy_(sum);
      }
      place += size;
    }
  });
}

int ctorch_ranks_share(const CTorchRef *tensors, int count) {
  return status([&] {
    at::NoGradGuard off;
    for (int i = 0; i < count; i++) {
      auto &tensor = of(tensors[i]);
      std::vector<at::Tensor> one{tensor.to(at::kCPU).contiguous()};
      joined().backend().broadcast(one)->wait();
      tensor.copy_(one[0]);
    }
  });
}

int ctorch_ranks_gather(
    const uint8_t *mine, int64_t size, void *context,
    void (*take)(void *context, int rank, const uint8_t *bytes, int64_t size)) {
  return status([&] {
    auto &ranks = joined();
    std::vector<at::Tensor> length{at::full({1}, size, at::kLong)};
    std::vector<std::vector<at::Tensor>> lengths(1), texts(1);
    for (int i = 0; i < ranks.count(); i++) lengths[0].push_back(at::zeros({1}, at::kLong));
    ranks.backend().allgather(lengths, length)->wait();
    int64_t longest = 1;
    for (auto &one : lengths[0]) longest = std::max(longest, one.item<int64_t>());
    std::vector<at::Tensor> padded{at::zeros({longest}, at::kByte)};
    if (size > 0) std::memcpy(padded[0].data_ptr(), mine, static_cast<size_t>(size));
    for (int i = 0; i < ranks.count(); i++) texts[0].push_back(at::zeros({longest}, at::kByte));
    ranks.backend().allgather(texts, padded)->wait();
    for (int i = 0; i < ranks.count(); i++)
      take(context, i, texts[0][i].const_data_ptr<uint8_t>(), lengths[0][i].item<int64_t>());
  });
}

void ctorch_ranks_leave(void) {
  guarded(0, [&] {
    group.reset();
    return 0;
  });
}
