-- Written by authgen from authgen.yaml. Do not edit: a changed spec adds a file.

-- +goose Up

-- Create auth_events: what happened that matters to security; rows are only added, and removed when
-- they are old.
CREATE TABLE auth_events (
    id BIGINT NOT NULL AUTO_INCREMENT,
    occurred_at DATETIME(6) NOT NULL,
    event MEDIUMTEXT NOT NULL,
    outcome MEDIUMTEXT NOT NULL,
    reason MEDIUMTEXT NOT NULL,
    actor MEDIUMTEXT NOT NULL,
    target MEDIUMTEXT NOT NULL,
    strategy MEDIUMTEXT NOT NULL,
    client_addr MEDIUMTEXT NOT NULL,
    request_id MEDIUMTEXT NOT NULL,
    PRIMARY KEY (id),
    INDEX auth_events_occurred_at (occurred_at)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Create auth_limits: when what is limited has all its tries again, by its hash.
CREATE TABLE auth_limits (
    key_hash VARBINARY(255) NOT NULL,
    full_at BIGINT NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    PRIMARY KEY (key_hash),
    INDEX auth_limits_expires_at (expires_at)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- +goose Down

-- Undo: drop auth_limits and every row in it.
DROP TABLE auth_limits;

-- Undo: drop auth_events and every row in it.
DROP TABLE auth_events;
