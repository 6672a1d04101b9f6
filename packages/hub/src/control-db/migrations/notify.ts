/** Channels and their outbox. Secrets are sealed (secrets/secret-box.ts); a delivery is one message to one
 * channel, with the recipients it has reached so far (`done`). */
export const NOTIFY = `
  CREATE TABLE channels (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    kind TEXT NOT NULL,
    spec TEXT NOT NULL,
    secrets TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    channel_id INTEGER NOT NULL,
    alert_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    body TEXT NOT NULL,
    delivery_id INTEGER
  ) STRICT;
  CREATE INDEX outbox_of_alert ON outbox (alert_id);
  CREATE INDEX outbox_of_delivery ON outbox (delivery_id) WHERE delivery_id IS NOT NULL;
  CREATE INDEX outbox_waiting ON outbox (channel_id) WHERE delivery_id IS NULL;
  CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    channel_id INTEGER NOT NULL,
    channel TEXT NOT NULL,
    idempotency_key TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'dead')),
    attempts INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    next_at INTEGER,
    sent_at INTEGER,
    fault TEXT,
    title TEXT NOT NULL,
    done TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX deliveries_waiting ON deliveries (next_at) WHERE state = 'waiting';
  CREATE TABLE push_subscriptions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    endpoint_sha256 TEXT NOT NULL UNIQUE,
    sealed TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;`
