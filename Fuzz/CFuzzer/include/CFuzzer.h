#pragma once
#include <stddef.h>
#include <stdint.h>

// libFuzzer's loop, for a program with a main of its own (compiler-rt, fuzzer/FuzzerInterface.h documents the rest).
int LLVMFuzzerRunDriver(int *count, char ***arguments, int (*run_one)(const uint8_t *bytes, size_t count));
