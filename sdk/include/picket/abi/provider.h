/* picket/abi/provider.h - what a provider offers to a host, and the one symbol that it exports.
 *
 * Thread: the host calls an instance on one thread at a time and never runs two calls on one connection at once; different instances may
 * run on different threads. A provider starts no threads, keeps no global mutable state, and blocks only inside host services.
 */
#ifndef PICKET_ABI_PROVIDER_H
#define PICKET_ABI_PROVIDER_H

#include "picket/abi/host.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { PICKET_POLL_SWEEP = 1 }; /* compare the whole open set now, due or not */

typedef struct picket_poll_request {
  uint32_t size;
  uint32_t flags; /* PICKET_POLL_* */
} picket_poll_request;

/* Frozen: never grows, so it may stand in arrays and has no size. */
typedef struct picket_finding_error {
  picket_str external_id; /* "" if the vendor gave none that can be read */
  picket_str message;
} picket_finding_error;

/* The result of a poll, counted in findings. */
typedef struct picket_poll_report {
  uint32_t size;
  uint64_t collected; /* read from the vendor and examined */
  uint64_t created;   /* tickets opened */
  uint64_t noted;     /* tickets that got an update note */
  uint64_t closed;    /* tickets closed */
  uint64_t recorded;  /* alerts written without a ticket */
  uint64_t unchanged;
  uint64_t healed;    /* of the above: those that only the sweep found */
  uint64_t failed;
  picket_str cursor;  /* how far the main stream has been processed, for display */
  const picket_finding_error *errors;
  size_t error_count;
} picket_poll_report;

/* What a technician did on the ticket of one of the provider's findings, or what happened to that ticket. */
enum {
  PICKET_EVENT_CREATED = 1,  /* the ticket is open and has its number; the first event of a ticket */
  PICKET_EVENT_NOTE = 2,     /* a note: `author`, `text` */
  PICKET_EVENT_PRIORITY = 3, /* `before`, `after`: the priorities' names; absent = unknown or none */
  PICKET_EVENT_ASSIGNEE = 4, /* `before`, `after`: technicians' names; absent = nobody */
  PICKET_EVENT_CLOSED = 5,   /* `text`: the closure note, absent if none */
  PICKET_EVENT_REOPENED = 6
};

typedef struct picket_ticket_event {
  uint32_t size;
  int32_t kind;           /* PICKET_EVENT_*; a provider answers a kind that it does not know with PICKET_OK */
  picket_str event_id;    /* lower case letters, digits and '-', at most 40; unique, and kept when the event is sent again */
  picket_str external_id; /* the finding, by the vendor's id */
  picket_str ticket_id;
  picket_str ticket_number, ticket_url; /* as technicians see the ticket; the URL is absent if the PSA has none */
  picket_str desk;                      /* the PSA's name, for display: "HaloPSA" */
  picket_str author;                    /* who did it, absent = not known */
  picket_str text;                      /* plain text, lines separated by '\n' */
  picket_str before, after;
  picket_time at;
  bool repeated; /* sent before with an unknown effect: check at the vendor before doing it again */
} picket_ticket_event;

/* One instance per connection. A function that is NULL is not offered. */
typedef struct picket_provider {
  uint32_t size;
  void *self;

  /* Asks the vendor whether the credentials work. Calls `account` once with a JSON object whose members go into the connection's
   * settings (for example {"accountName": ..., "accountSubdomain": ...}). Needs http and secrets only. */
  picket_status (*check)(void *self, const picket_call *, void (*account)(void *user, picket_str json), void *user);

  /* Visits every organization of the account. */
  picket_status (*organizations)(void *self, const picket_call *, void (*visit)(void *user, picket_str external_id, picket_str name),
                                 void *user);

  /* One cycle: reads what is new at the vendor and applies it. Reports once before it returns, also when the cycle ends early with an
   * error; the report then covers what was done by then. Findings that fail do not make the call fail. */
  picket_status (*poll)(void *self, const picket_call *, const picket_poll_request *,
                        void (*report)(void *user, const picket_poll_report *), void *user);

  /* For later extensions: a struct by id, or NULL. */
  const void *(*extension)(void *self, const char *id);

  /* Frees the instance. Calls no services. */
  void (*destroy)(void *self);

  /* Since 1.1. Carries ticket events to the vendor. Events of one ticket are handled in the order given: after one that the host will send
   * again, the provider skips the later ones of that ticket. Each outcome is reported once, as soon as it is certain: PICKET_OK - done, or
   * nothing to do; PICKET_INVALID, PICKET_NOT_FOUND - the vendor will never accept it, the host drops it; PICKET_UNKNOWN_OUTCOME - the host
   * sends it again with `repeated`; any other - it certainly had no effect, and the host sends it again, with `repeated` as it was. An
   * event that takes several requests and fails after the first one is PICKET_UNKNOWN_OUTCOME, unless repeating them does no harm. A code that
   * the host does not know counts as PICKET_UNKNOWN_OUTCOME. `message` gives the reason as picket_call.fail does, and is absent with
   * PICKET_OK. An event without an outcome counts as untouched if the call returns, even with a failure, and as PICKET_UNKNOWN_OUTCOME if
   * the process dies: a call that ends early first reports the outcomes of the requests under way. Events that fail do not make the call
   * fail. */
  picket_status (*ticket_events)(void *self, const picket_call *, const picket_ticket_event *const *events, size_t count,
                                 void (*outcome)(void *user, size_t index, picket_status, picket_str message), void *user);
} picket_provider;

/* The exported symbol `picket_entry`. */
typedef struct picket_entry_point {
  uint32_t size;
  uint32_t abi_major, abi_minor; /* PICKET_ABI_MAJOR, PICKET_ABI_MINOR as compiled */
  picket_str id;                 /* "huntress": lower case letters, digits and '-' */
  picket_str version;            /* of the provider, e.g. "1.0.0" */
  picket_str category;           /* "security" or "rmm", as in the registry entry */

  /* Makes an instance for one connection, without I/O. On PICKET_OK `*out` is the instance, which the host ends with `destroy`; otherwise
   * `*out` stays NULL and `fail` has been called with the reason. Secrets are read when they are used, never kept. */
  picket_status (*open)(const picket_host *, const picket_connection *, const picket_call *, const picket_provider **out);
} picket_entry_point;

#if defined(__GNUC__)
#define PICKET_EXPORT __attribute__((visibility("default")))
#else
#define PICKET_EXPORT
#endif

/* The only exported symbol. */
extern PICKET_EXPORT const picket_entry_point picket_entry;

#ifdef __cplusplus
}
#endif
#endif
