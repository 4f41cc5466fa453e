/* picket/abi/host.h - what a host offers to a provider: services, asked for by id.
 *
 * Thread: a service may be called only during a call of the host into the provider, on the thread of that call, with the
 * picket_call of that call. Only services block; each returns PICKET_CANCELLED or PICKET_DEADLINE at once when the call was
 * cancelled or its deadline has passed. Visitors run on the same thread before the service returns and may not call services.
 */
#ifndef PICKET_ABI_HOST_H
#define PICKET_ABI_HOST_H

#include "picket/abi/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The host as seen by a provider; valid until picket_provider.destroy returns. */
typedef struct picket_host {
  uint32_t size;
  void *ctx;

  /* The service's struct, valid as long as the host, or NULL if the host does not offer it: then a provider does without it or
   * refuses in `open` with PICKET_UNSUPPORTED and a message that names the service. An id ends in its major number: a service that changes
   * incompatibly gets a new id, one that gains functions grows at its end. May be called in `open` and later. */
  const void *(*service)(void *ctx, const char *id);
} picket_host;

/* The connection that a provider instance is opened for; copied by the provider if it is to outlive `open`. */
typedef struct picket_connection {
  uint32_t size;
  picket_str tenant;         /* the tenant's id, for messages */
  picket_str integration_id; /* the row in rmm_integrations */
  picket_str base_url;       /* the vendor's API as configured, without a trailing slash, e.g. "https://api.huntress.io" */
} picket_connection;

/* ---- "picket.log/1" ------------------------------------------------------------------------------------------------------------- */
#define PICKET_LOG_1 "picket.log/1"
enum { PICKET_LOG_DEBUG = 0, PICKET_LOG_INFO = 1, PICKET_LOG_WARNING = 2, PICKET_LOG_ERROR = 3 };
typedef struct picket_log_1 {
  uint32_t size;
  void *ctx;
  /* One line for the operator. The host adds time, tenant and provider, and redacts the connection's secrets. Never fails. */
  void (*write)(void *ctx, const picket_call *, int32_t level, picket_str message);
} picket_log_1;

/* ---- "picket.clock/1" ----------------------------------------------------------------------------------------------------------- */
#define PICKET_CLOCK_1 "picket.clock/1"
typedef struct picket_clock_1 {
  uint32_t size;
  void *ctx;
  picket_time (*now)(void *ctx);    /* wall clock, UTC. The only clock a provider may read: a host may simulate it */
  int64_t (*monotonic)(void *ctx);  /* nanoseconds, never goes back; the clock of picket_call.deadline_ns */
  /* Waits until the monotonic clock reaches `until_ns`: PICKET_OK, or at once PICKET_CANCELLED / PICKET_DEADLINE. */
  picket_status (*sleep_until)(void *ctx, const picket_call *, int64_t until_ns);
} picket_clock_1;

/* ---- "picket.http/1" ------------------------------------------------------------------------------------------------------------ */
#define PICKET_HTTP_1 "picket.http/1"
/* Frozen: never grows, so it may stand in arrays and has no size. */
typedef struct picket_header {
  picket_str name, value;
} picket_header;

typedef struct picket_http_request {
  uint32_t size;
  picket_str method; /* "GET", "POST", ... */
  picket_str url;    /* absolute; its origin is one that the manifest names, else PICKET_INVALID */
  const picket_header *headers;
  size_t header_count;
  picket_str body;
  /* true: repeating the request does no harm (every GET). The host then repeats it after network errors, 429 and 5xx, except 501 and 505,
   * which a repeat would meet again. false: it is repeated only if it certainly had no effect (429, no connection); otherwise the answer is
   * PICKET_UNKNOWN_OUTCOME. */
  bool repeatable;
  /* How long to wait for this request in total: rate limit, repeats and answer. After that the answer is PICKET_UNAVAILABLE,
   * PICKET_RATE_LIMITED, or the last HTTP answer received. 0 = as long as the call may take. */
  int64_t patience_ms;
} picket_http_request;

typedef struct picket_http_answer {
  uint32_t size;
  size_t index;         /* of the request within the batch */
  picket_status status; /* PICKET_OK: an HTTP answer with any code; otherwise none arrived after all repeats, and `message` says why */
  int32_t code;         /* 200, 404, ...; 0 without an answer */
  const picket_header *headers; /* names in lower case */
  size_t header_count;
  picket_str body; /* raw bytes as received: the one text of the contract that need not be UTF-8 */
  picket_str message;
  int64_t retry_after_ms; /* what the vendor asked for with 429/503, < 0 = nothing */
} picket_http_answer;

/* The host handles TLS policy, proxy, connection reuse, rate limit (waiting included), repeats with back-off, size limit, redaction. */
typedef struct picket_http_1 {
  uint32_t size;
  void *ctx;
  /* Performs all requests, concurrently within the manifest's limits, and visits each final answer as it arrives, in any order,
   * each index once. PICKET_OK when every request was visited, also if some failed; PICKET_CANCELLED / PICKET_DEADLINE may leave
   * some unvisited. */
  picket_status (*exchange)(void *ctx, const picket_call *, const picket_http_request *const *requests, size_t count,
                            void (*visit)(void *user, const picket_http_answer *), void *user);
  /* How many requests have been sent for this instance since it was opened, repeats included. */
  uint64_t (*sent)(void *ctx);
  /* The manifest's limit of requests per window for this account; 0 = none. */
  uint32_t (*limit)(void *ctx);
} picket_http_1;

/* ---- "picket.secrets/1" --------------------------------------------------------------------------------------------------------- */
#define PICKET_SECRETS_1 "picket.secrets/1"
typedef struct picket_secrets_1 {
  uint32_t size;
  void *ctx;
  /* Calls `put` once with the value of a secret that the manifest names; PICKET_NOT_FOUND if it was never stored or has been deleted. */
  picket_status (*get)(void *ctx, const picket_call *, picket_str name, void (*put)(void *user, picket_str value), void *user);
} picket_secrets_1;

/* ---- "picket.storage/1": reads of the last committed state -------------------------------------------------------------------------- */
#define PICKET_STORAGE_1 "picket.storage/1"

/* Our record of a finding: a row of rmm_alerts. */
typedef struct picket_alert {
  uint32_t size;
  uint32_t failures;  /* consecutive failures to process this finding; 0 = none */
  uint64_t revision;  /* incremented by the host at each write; 0 in a change set = must not exist yet */
  picket_str external_id;
  picket_str severity, status; /* the vendor's words */
  picket_str message;          /* one line: the finding's subject */
  picket_str device_name, external_device_id, asset_id;
  picket_str ticket_id;     /* set by the host when a ticket is opened; ignored in a change set */
  picket_str fingerprint;   /* the provider's digest of the finding as last processed: equal = nothing to do */
  picket_str metadata_json; /* the provider's snapshot: a JSON object */
  picket_time triggered_at;
  picket_time resolved_at;  /* absent = open at the vendor */
  bool incomplete;          /* part of the ticket's body is still to be filled in */
} picket_alert;

/* A vendor organization and the client it belongs to: a row of rmm_organization_mappings. */
typedef struct picket_mapping {
  uint32_t size;
  picket_str external_id, external_name;
  picket_str client_id;   /* absent = unmapped */
  picket_str contact_id;  /* the client's primary contact, if any; ignored in a change set */
  bool client_usable;     /* false: the mapped client no longer exists or is inactive; ignored in a change set */
  bool auto_create_tickets;
} picket_mapping;

enum {
  PICKET_ALERTS_OPEN = 1,      /* resolved_at is absent */
  PICKET_ALERTS_FAILING = 2,   /* failures > 0 */
  PICKET_ALERTS_INCOMPLETE = 3 /* incomplete */
};

typedef struct picket_storage_1 {
  uint32_t size;
  void *ctx;
  /* The connection's settings, valid by the manifest's schema and complete for polling, with the manifest's defaults for
   * what was not set: a JSON object. */
  picket_status (*settings)(void *ctx, const picket_call *, void (*put)(void *user, picket_str json), void *user);
  /* The value last written for a stream of this connection; `put` is not called if none was. */
  picket_status (*cursor)(void *ctx, const picket_call *, picket_str stream, void (*put)(void *user, picket_str value), void *user);
  /* Alerts by the vendor's ids, a page at a time. Unknown ids are not visited; the order is unspecified. */
  picket_status (*find_alerts)(void *ctx, const picket_call *, const picket_str *external_ids, size_t count,
                               void (*visit)(void *user, const picket_alert *), void *user);
  /* All alerts in a state (PICKET_ALERTS_*), oldest write first, at most `limit` (0 = all). */
  picket_status (*list_alerts)(void *ctx, const picket_call *, int32_t state, size_t limit,
                               void (*visit)(void *user, const picket_alert *), void *user);
  /* Mappings by the vendor's organization ids; unknown ids are not visited. */
  picket_status (*find_mappings)(void *ctx, const picket_call *, const picket_str *external_ids, size_t count,
                                 void (*visit)(void *user, const picket_mapping *), void *user);
} picket_storage_1;

/* ---- "picket.directory/1": the PSA's own data, read only ------------------------------------------------------------------------- */
#define PICKET_DIRECTORY_1 "picket.directory/1"
typedef struct picket_asset {
  uint32_t size;
  picket_str asset_id, client_id, name, serial_number;
} picket_asset;

typedef struct picket_directory_1 {
  uint32_t size;
  void *ctx;
  /* Every asset of the given clients. */
  picket_status (*assets)(void *ctx, const picket_call *, const picket_str *client_ids, size_t count,
                          void (*visit)(void *user, const picket_asset *), void *user);
} picket_directory_1;

/* ---- "picket.tickets/1": writes --------------------------------------------------------------------------------------------------- */
#define PICKET_TICKETS_1 "picket.tickets/1"

typedef struct picket_ticket_draft {
  uint32_t size;
  picket_str title;         /* one line of plain text */
  picket_str body_markdown; /* CommonMark in which the vendor's words cannot form markup */
  picket_str client_id, contact_id, board_id, priority_id, category_id, subcategory_id; /* absent if empty; client and board required */
  picket_str source_reference; /* the vendor's id of the finding */
  picket_str url;              /* the vendor's page of the finding */
  picket_str attributes_json;  /* a JSON object, or absent */
  /* Since 1.1: the vendor says that a ticket was opened for this finding before, perhaps by a host whose data is lost. A PSA that can
   * search for that ticket does so and takes it over instead of opening a second one. */
  bool may_exist;
} picket_ticket_draft;

/* What happens to the linked ticket besides notes. Each is a no-op if the ticket is already in that state. */
enum {
  PICKET_TICKET_KEEP = 0,
  PICKET_TICKET_CLOSE = 1, /* to `status_id`, or if absent to the board's closed status */
  PICKET_TICKET_REOPEN = 2 /* from a closed status back to the board's default one */
};

/* A vendor's device that was matched to an asset: asset_associations and tenant_external_entity_mappings. */
typedef struct picket_asset_link {
  uint32_t size;
  picket_str asset_id, external_id, external_realm_id;
} picket_asset_link;

/* Everything that one finding changes; the host applies it as a whole or not at all. Absent parts are NULL, empty or zero. */
typedef struct picket_change_set {
  uint32_t size;
  const picket_mapping *mapping;          /* inserted if unknown; otherwise only the name is refreshed */
  const picket_alert *alert;              /* written if its revision is still the stored one, otherwise PICKET_CONFLICT */
  const picket_ticket_draft *open_ticket; /* PICKET_CONFLICT if the alert has a ticket already */
  const picket_str *notes;                /* internal notes, CommonMark, for the ticket just opened or linked, in this order */
  size_t note_count;
  int32_t ticket_action;        /* PICKET_TICKET_* on the linked ticket */
  picket_str status_id;         /* for PICKET_TICKET_CLOSE */
  picket_str priority_id;       /* the linked ticket's new priority */
  picket_str body_markdown;     /* the linked ticket's new body */
  const picket_asset_link *asset_link;
  picket_str cursor_stream, cursor_value; /* moved in the same transaction; a cursor alone is a valid change set */
  /* Since 1.2: the linked ticket stated anew, for one that was opened with little and is known in full now. Its title, body, board,
   * priority and categories are replaced by those that are present here; the client and everything else of the draft are not looked at. */
  const picket_ticket_draft *restated_ticket;
} picket_change_set;

typedef struct picket_tickets_1 {
  uint32_t size;
  void *ctx;
  /* Applies the change sets in order, grouped into transactions as the host sees fit, and reports each outcome once:
   * PICKET_OK with the linked ticket's id (absent if none), PICKET_CONFLICT, or PICKET_INVALID with the reason; the other change sets
   * are applied regardless. PICKET_OK when all outcomes were reported; any other status means that the
   * unreported ones did not happen. In a dry run the host shows the change sets and reports PICKET_OK without writing. */
  picket_status (*apply)(void *ctx, const picket_call *, const picket_change_set *const *sets, size_t count,
                         void (*outcome)(void *user, size_t index, picket_status, picket_str ticket_id, picket_str message), void *user);
} picket_tickets_1;

#ifdef __cplusplus
}
#endif
#endif
