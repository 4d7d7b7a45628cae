-- Written by authgen from authgen.yaml. Do not edit: a changed spec adds a file.

-- +goose Up

-- Create users: accounts of people.
CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    password_hash TEXT,
    roles TEXT NOT NULL,
    auth_version INTEGER NOT NULL DEFAULT 1,
    disabled_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);

-- Create auth_api_keys: API keys, found by their hash.
CREATE TABLE auth_api_keys (
    id TEXT NOT NULL PRIMARY KEY,
    key_hash BLOB NOT NULL UNIQUE,
    owner_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    last4 TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    rotated_at INTEGER,
    last_used_at INTEGER,
    last_used_addr TEXT
);

CREATE INDEX auth_api_keys_owner_id ON auth_api_keys (owner_id);

CREATE INDEX auth_api_keys_expires_at ON auth_api_keys (expires_at);

-- Create auth_sessions: live sessions, found by the hash of their cookie.
CREATE TABLE auth_sessions (
    id TEXT NOT NULL PRIMARY KEY,
    token_hash BLOB NOT NULL UNIQUE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    user_version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    authenticated_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    remembered INTEGER NOT NULL DEFAULT 0,
    user_agent TEXT NOT NULL,
    addr TEXT NOT NULL
);

CREATE INDEX auth_sessions_user_id ON auth_sessions (user_id);

CREATE INDEX auth_sessions_expires_at ON auth_sessions (expires_at);

-- +goose Down

-- Undo: drop auth_sessions and every row in it.
DROP TABLE auth_sessions;

-- Undo: drop auth_api_keys and every row in it.
DROP TABLE auth_api_keys;

-- Undo: drop users and every row in it.
DROP TABLE users;
