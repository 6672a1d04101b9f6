/** Tags of hosts, rules, alerts and what keeps them quiet. Specs are JSON of the wire's shapes (protocol/http/alerts). */
export const ALERTING = `
  ALTER TABLE hosts ADD COLUMN tags TEXT;
  CREATE TABLE alert_rules (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    spec TEXT NOT NULL,
    template TEXT UNIQUE,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE alerts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    rule_id INTEGER NOT NULL,
    host_id INTEGER,
    entity TEXT NOT NULL,
    key TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'firing', 'resolved')),
    level TEXT NOT NULL CHECK (level IN ('warning', 'critical')),
    told TEXT,
    pending_at INTEGER NOT NULL,
    fired_at INTEGER,
    resolved_at INTEGER,
    detail TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX alerts_open ON alerts (rule_id, ifnull(host_id, 0), entity, key) WHERE state != 'resolved';
  CREATE INDEX alerts_left ON alerts (id) WHERE state != 'resolved' OR told IS NOT NULL;
  CREATE INDEX alerts_history ON alerts (fired_at) WHERE state = 'resolved';
  CREATE INDEX alerts_of_host ON alerts (host_id);
  CREATE INDEX alerts_of_rule ON alerts (rule_id);
  CREATE TABLE silences (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    spec TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE maintenance (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    spec TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;`
