/* picket/abi/types.h - the types that both sides of the contract share.
 *
 * This folder is the contract between a host (a PSA, or the host simulator) and a provider (a shared object for one security
 * vendor). It is plain C99, compiles alone as C and as C++, and depends on nothing else. doc/abi.md gives an overview; the comments
 * in these headers are the specification.
 *
 * Rules that apply everywhere:
 *  - Memory never changes hands. Every pointer is borrowed for the duration of the call it is passed to; who keeps a value
 *    copies it. Results come back through callbacks ("visitors", "sinks") that copy. Nothing is freed across the line.
 *  - Every struct begins with `size`, set by its maker to sizeof the struct it was compiled with. Structs grow only at the end,
 *    after their former sizeof (never into padding, which an older maker left undefined). A reader looks at a member only if
 *    `size` reaches past it, and reads a missing one as zero.
 *  - Since both sides may know such a struct at different sizes, several of them are passed as an array of pointers. Three small structs
 *    are frozen (picket_str, picket_header, picket_finding_error): each never grows, so it may stand in arrays and has no `size`.
 *  - Text is UTF-8, without a terminating NUL and without embedded ones.
 *  - No C++ exception, signal handler or longjmp crosses the line.
 */
#ifndef PICKET_ABI_TYPES_H
#define PICKET_ABI_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PICKET_ABI_MAJOR 1u /* a host refuses a provider with another major number */
#define PICKET_ABI_MINOR 2u /* counts additions; both sides accept any */

/* Borrowed UTF-8 text. {NULL, 0} means absent; {non-NULL, 0} is the empty text. Frozen: never grows, so it may stand in arrays and has
 * no size. */
typedef struct picket_str {
  const char *ptr;
  size_t len;
} picket_str;

/* Microseconds since 1970-01-01T00:00:00Z; PICKET_NO_TIME means absent. */
typedef int64_t picket_time;
#define PICKET_NO_TIME INT64_MIN

/* How a call ended. A code that the reader does not know is read as PICKET_INTERNAL. */
typedef int32_t picket_status;
enum {
  PICKET_OK = 0,
  PICKET_INVALID = 1,         /* an argument, a setting or an answer breaks a rule; repeating it does not help */
  PICKET_AUTH = 2,            /* the vendor refused the credentials (401) or the right (403) */
  PICKET_NOT_FOUND = 3,       /* the thing asked for does not exist */
  PICKET_CONFLICT = 4,        /* planned against a stale revision: read and plan again */
  PICKET_RATE_LIMITED = 5,    /* too many requests, and waiting did not fit into the deadline */
  PICKET_UNAVAILABLE = 6,     /* network failure, 5xx, an answer that is not the documented shape: try later */
  PICKET_UNKNOWN_OUTCOME = 7, /* a write was sent and its answer was lost: it may or may not have happened */
  PICKET_CANCELLED = 8,       /* the host asked the call to end */
  PICKET_DEADLINE = 9,        /* the call's deadline has passed */
  PICKET_UNSUPPORTED = 10,    /* the other side does not offer this */
  PICKET_INTERNAL = 11        /* a defect of the callee */
};

/* Passed with every call, in both directions. Owned by the host, valid until the call returns. A provider passes the pointer that it was
 * given to each host service that it calls during that call. All functions may be called on the thread of the call only. */
typedef struct picket_call {
  uint32_t size;
  void *ctx;
  int64_t deadline_ns;           /* on the clock of picket_clock_1.monotonic; INT64_MAX = none */
  bool (*cancelled)(void *ctx);  /* cheap; a provider asks between findings */
  void (*progress)(void *ctx, uint64_t done, uint64_t total); /* findings applied so far; total 0 = not known yet */

  /* Says why the callee is about to return a status other than PICKET_OK; the last call before the return counts. `message` is one
   * sentence for a person, says what to do next if that is known, and never holds a secret or a vendor's payload. `field` names the
   * setting or the part of the answer at fault, or is absent. retry_after_ms < 0 = not known. */
  void (*fail)(void *ctx, picket_status status, int64_t retry_after_ms, picket_str field, picket_str message);
} picket_call;

#ifdef __cplusplus
}
#endif
#endif
