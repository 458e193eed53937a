// SPDX-License-Identifier: Apache-2.0
#include "collector/sampling/dwarf_unwinder.h"

#include <asm/perf_regs.h>
#include <elfutils/libdwfl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <set>
#include <utility>

#include "collector/sampling/elf_file.h"
#include "collector/sampling/perf_event.h"

namespace hpct {
namespace {

constexpr std::size_t kMostPrograms = 8;
constexpr std::size_t kDeepestStack = 128;

/// Register numbers of DWARF in the kernel's numbering, from DWARF's 0 upwards.
#if defined(__x86_64__)
// System V ABI, AMD64 supplement, figure 3.36.
constexpr std::array<int, 17> kRegisters{
    PERF_REG_X86_AX,  PERF_REG_X86_DX,  PERF_REG_X86_CX,  PERF_REG_X86_BX,  PERF_REG_X86_SI,
    PERF_REG_X86_DI,  PERF_REG_X86_BP,  PERF_REG_X86_SP,  PERF_REG_X86_R8,  PERF_REG_X86_R9,
    PERF_REG_X86_R10, PERF_REG_X86_R11, PERF_REG_X86_R12, PERF_REG_X86_R13, PERF_REG_X86_R14,
    PERF_REG_X86_R15, PERF_REG_X86_IP};
constexpr int kStackPointer = PERF_REG_X86_SP;
constexpr int kProgramCounter = PERF_REG_X86_IP;
#elif defined(__aarch64__)
// DWARF for the Arm 64-bit architecture, table "DWARF register numbers": x0 to x30, then sp.
constexpr std::array<int, 32> kRegisters = [] {
  std::array<int, 32> numbers{};
  for (int i = 0; i < 32; ++i) numbers[static_cast<std::size_t>(i)] = i;
  return numbers;
}();
constexpr int kStackPointer = PERF_REG_ARM64_SP;
constexpr int kProgramCounter = PERF_REG_ARM64_PC;
#else
constexpr std::array<int, 0> kRegisters{};
constexpr int kStackPointer = 0;
constexpr int kProgramCounter = 0;
#endif

/// One register of the sample, which holds those of the mask in order.
Dwarf_Word register_of(const ThreadState& state, int number) {
  const auto below = unwinding_registers() & ((std::uint64_t{1} << number) - 1);
  const auto at = static_cast<std::size_t>(std::popcount(below));
  return at < state.registers.size() ? state.registers[at] : 0;
}

/// Files are given with every module, and of other debug files only what has the same build-id counts.
const Dwfl_Callbacks kFindNothing = {.find_elf = dwfl_build_id_find_elf,
                                     .find_debuginfo = dwfl_build_id_find_debuginfo,
                                     .section_address = nullptr,
                                     .debuginfo_path = nullptr};

}  // namespace

/// One process as libdwfl sees it.
class DwarfUnwinder::Program {
 public:
  explicit Program(pid_t number) : process_(number), dwfl_(dwfl_begin(&kFindNothing)) {}
  ~Program() { dwfl_end(dwfl_); }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  [[nodiscard]] pid_t process() const { return process_; }
  [[nodiscard]] bool is(const AddressSpace& space) const { return space_ == &space; }
  void update(const AddressSpace& space, const std::vector<CodeModule>& modules);
  void unwind(const ThreadState& state, std::vector<std::uint64_t>& addresses);

 private:
  static pid_t next_thread(Dwfl*, void* self, void** thread);
  static bool read_memory(Dwfl*, Dwarf_Addr address, Dwarf_Word* result, void* self);
  static bool set_registers(Dwfl_Thread* thread, void* self);
  static int take_frame(Dwfl_Frame* frame, void* self);
  bool attach();

  pid_t process_;
  Dwfl* dwfl_;
  const AddressSpace* space_ = nullptr;
  std::uint64_t version_ = 0;
  std::set<std::pair<std::uint32_t, std::uint64_t>> reported_;  // module, bias
  bool attached_ = false;
  const ThreadState* state_ = nullptr;
  std::vector<std::uint64_t>* addresses_ = nullptr;
};

/// Tells libdwfl about code that was mapped since.
void DwarfUnwinder::Program::update(const AddressSpace& space, const std::vector<CodeModule>& modules) {
  if (space_ == &space && version_ == space.version()) return;
  space_ = &space;
  version_ = space.version();
  dwfl_report_begin_add(dwfl_);
  for (const auto& [begin, mapping] : space.mappings()) {
    const auto& module = modules[mapping.module];
    if (!module.file) continue;
    const auto place = virtual_address_of(*module.file, mapping.file_offset);
    if (!place) continue;
    const auto bias = begin - *place;
    if (!reported_.emplace(mapping.module, bias).second) continue;
    const int file = ::dup(module.file->descriptor());  // libdwfl takes it over
    if (dwfl_report_elf(dwfl_, module.path.c_str(), module.path.c_str(), file, bias, true) == nullptr)
      ::close(file);
  }
  dwfl_report_end(dwfl_, nullptr, nullptr);
}

pid_t DwarfUnwinder::Program::next_thread(Dwfl*, void* self, void** thread) {
  if (*thread != nullptr) return 0;
  *thread = self;
  return static_cast<Program*>(self)->process_;
}

/// The stack and nothing else: what unwind tables ask for lies there.
bool DwarfUnwinder::Program::read_memory(Dwfl*, Dwarf_Addr address, Dwarf_Word* result, void* self) {
  const auto& state = *static_cast<Program*>(self)->state_;
  const auto bottom = register_of(state, kStackPointer);
  if (address < bottom || address - bottom + sizeof *result > state.stack.size()) return false;
  std::memcpy(result, state.stack.data() + (address - bottom), sizeof *result);
  return true;
}

bool DwarfUnwinder::Program::set_registers(Dwfl_Thread* thread, void* self) {
  const auto& state = *static_cast<Program*>(self)->state_;
  std::array<Dwarf_Word, kRegisters.size()> values{};
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = register_of(state, kRegisters[i]);
  dwfl_thread_state_register_pc(thread, register_of(state, kProgramCounter));
  return dwfl_thread_state_registers(thread, 0, static_cast<unsigned>(values.size()), values.data());
}

int DwarfUnwinder::Program::take_frame(Dwfl_Frame* frame, void* self) {
  auto& addresses = *static_cast<Program*>(self)->addresses_;
  Dwarf_Addr address = 0;
  if (!dwfl_frame_pc(frame, &address, nullptr)) return DWARF_CB_ABORT;
  addresses.push_back(address);
  return addresses.size() < kDeepestStack ? DWARF_CB_OK : DWARF_CB_ABORT;
}

/// Possible only once there is a module: it tells the architecture.
bool DwarfUnwinder::Program::attach() {
  static const Dwfl_Thread_Callbacks callbacks = {.next_thread = next_thread,
                                                  .get_thread = nullptr,
                                                  .memory_read = read_memory,
                                                  .set_initial_registers = set_registers,
                                                  .detach = nullptr,
                                                  .thread_detach = nullptr};
  if (!attached_) attached_ = dwfl_attach_state(dwfl_, nullptr, process_, &callbacks, this);
  return attached_;
}

void DwarfUnwinder::Program::unwind(const ThreadState& state, std::vector<std::uint64_t>& addresses) {
  addresses.clear();
  state_ = &state;
  addresses_ = &addresses;
  if (attach()) dwfl_getthread_frames(dwfl_, process_, take_frame, this);
  if (addresses.empty()) addresses.push_back(register_of(state, kProgramCounter));
}

DwarfUnwinder::DwarfUnwinder() = default;
DwarfUnwinder::~DwarfUnwinder() = default;

/// A fork or an exec gives a process another address space: then everything is read anew.
DwarfUnwinder::Program& DwarfUnwinder::program_of(pid_t process, const AddressSpace& space,
                                                  const std::vector<CodeModule>& modules) {
  const auto same = [&](const auto& program) { return program->process() == process; };
  auto at = std::find_if(programs_.begin(), programs_.end(), same);
  if (at != programs_.end() && !(*at)->is(space)) {
    programs_.erase(at);
    at = programs_.end();
  }
  if (at == programs_.end()) {
    if (programs_.size() >= kMostPrograms) programs_.erase(programs_.begin());
    programs_.push_back(std::make_unique<Program>(process));
    at = programs_.end() - 1;
  }
  std::rotate(at, at + 1, programs_.end());
  programs_.back()->update(space, modules);
  return *programs_.back();
}

const std::vector<std::uint64_t>& DwarfUnwinder::unwind(pid_t process, const AddressSpace& space,
                                                        const std::vector<CodeModule>& modules,
                                                        const ThreadState& state) {
  program_of(process, space, modules).unwind(state, addresses_);
  return addresses_;
}

}  // namespace hpct
