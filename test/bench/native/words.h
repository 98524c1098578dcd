// Words of frames and tables as they lie in memory, at any alignment, on a little-endian machine.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))
#define RARELY static __attribute__((noinline, cold))
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "frames are compared as they lie in memory, as WebAssembly has it: little endian"
#endif

INLINE uint8_t get8(const uint8_t *at) { return *at; }
INLINE uint16_t get16(const uint8_t *at) { uint16_t word; memcpy(&word, at, sizeof word); return word; }
INLINE uint32_t get32(const uint8_t *at) { uint32_t word; memcpy(&word, at, sizeof word); return word; }
INLINE uint64_t get64(const uint8_t *at) { uint64_t word; memcpy(&word, at, sizeof word); return word; }
INLINE double getDouble(const uint8_t *at) { double word; memcpy(&word, at, sizeof word); return word; }
INLINE void put16(uint8_t *at, uint16_t word) { memcpy(at, &word, sizeof word); }
INLINE void put32(uint8_t *at, uint32_t word) { memcpy(at, &word, sizeof word); }
INLINE void put64(uint8_t *at, uint64_t word) { memcpy(at, &word, sizeof word); }
INLINE void putDouble(uint8_t *at, double word) { memcpy(at, &word, sizeof word); }
INLINE uint32_t host16(uint16_t word) { return __builtin_bswap16(word); }
INLINE uint32_t host32(uint32_t word) { return __builtin_bswap32(word); }
