// SPDX-License-Identifier: Apache-2.0
#include "collector/sampling/elf_file.h"

#include <gelf.h>

#include <memory>

namespace hpct {

std::optional<std::uint64_t> virtual_address_of(const OpenFile& file, std::uint64_t file_offset) {
  elf_version(EV_CURRENT);
  const std::unique_ptr<Elf, int (*)(Elf*)> elf(elf_begin(file.descriptor(), ELF_C_READ_MMAP, nullptr),
                                                elf_end);
  std::size_t count = 0;
  if (elf == nullptr || elf_getphdrnum(elf.get(), &count) != 0) return std::nullopt;
  for (std::size_t i = 0; i < count; ++i) {
    GElf_Phdr part;
    if (gelf_getphdr(elf.get(), static_cast<int>(i), &part) == nullptr || part.p_type != PT_LOAD) continue;
    // The kernel maps whole pages: a segment begins at the page its first byte lies in.
    const auto first = part.p_offset & ~(part.p_align > 1 ? part.p_align - 1 : 0);
    if (file_offset < first || file_offset >= part.p_offset + part.p_filesz) continue;
    if ((part.p_flags & PF_X) == 0) continue;
    return file_offset + part.p_vaddr - part.p_offset;
  }
  return std::nullopt;
}

}  // namespace hpct
