// SPDX-License-Identifier: Apache-2.0
#include "collector/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>

namespace hpct {
namespace {

struct Pipe {
  int read_end = -1;
  int write_end = -1;
};

Expected<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    return fail(ErrorCode::io, fmt::format("cannot make a pipe: {}", std::strerror(errno)));
  return Pipe{ends[0], ends[1]};
}

/// Blocks until the other end is closed, or sends an int. 0 when it closed without one.
int receive(int pipe) {
  int number = 0;
  for (;;) {
    const auto got = ::read(pipe, &number, sizeof number);
    if (got < 0 && errno == EINTR) continue;
    return got == sizeof number ? number : 0;
  }
}

std::string_view hint_for(int exec_error) {
  if (exec_error == ENOENT) return "check the path; a program in this folder is ./program";
  if (exec_error == EACCES) return "it is a folder, or not executable: chmod +x makes it so";
  return "";
}

std::vector<char*> pointers_to(const std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (const auto& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

/// Our environment with `extra` in place of entries of the same name.
std::vector<std::string> merged_environment(const std::vector<std::string>& extra) {
  auto merged = extra;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view ours = *entry;
    const auto name = ours.substr(0, ours.find('=') + 1);
    bool replaced = false;
    for (const auto& wanted : extra) replaced = replaced || wanted.starts_with(name);
    if (!replaced) merged.emplace_back(ours);
  }
  return merged;
}

/// In the child, after fork: calls nothing that may lock. Never returns.
[[noreturn]] void become(char* const* arguments, char* const* environment, const Pipe& go,
                         const Pipe& report) {
  ::close(go.write_end);  // else our own copy would keep the pipe open for ever
  receive(go.read_end);
  for (const int ignored_here : {SIGPIPE, SIGXFSZ}) std::signal(ignored_here, SIG_DFL);
  ::execvpe(arguments[0], arguments, environment);
  const int error = errno;
  [[maybe_unused]] const auto sent = ::write(report.write_end, &error, sizeof error);
  ::_exit(127);
}

}  // namespace

/// fork and not vfork or posix_spawn: the child must wait before exec, and with those the peak of memory
/// would be at least our own peak, with fork what is resident now.
Expected<pid_t> start_child(const std::vector<std::string>& command,
                            const std::vector<std::string>& environment,
                            const std::function<void(pid_t)>& before_exec) {
  const auto arguments = pointers_to(command);
  const auto variables = merged_environment(environment);
  const auto variable_pointers = pointers_to(variables);
  const auto go = make_pipe();
  if (!go) return tl::unexpected(go.error());
  const auto report = make_pipe();
  if (!report) {
    for (const int end : {go->read_end, go->write_end}) ::close(end);
    return tl::unexpected(report.error());
  }
  const pid_t child = ::fork();
  if (child == 0) become(arguments.data(), variable_pointers.data(), *go, *report);
  const int fork_error = child < 0 ? errno : 0;
  if (child > 0) before_exec(child);
  for (const int end : {go->read_end, go->write_end, report->write_end}) ::close(end);
  const int error = child < 0 ? fork_error : receive(report->read_end);
  ::close(report->read_end);
  if (error == 0) return child;
  while (child > 0 && ::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  return fail(ErrorCode::usage, fmt::format("cannot start {}: {}", command[0], std::strerror(error)),
              std::string(hint_for(error)));
}

}  // namespace hpct
