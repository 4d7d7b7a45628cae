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

-- Create auth_revoked_tokens: access tokens that ended before their time, by their id.
CREATE TABLE auth_revoked_tokens (
    id TEXT NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL
);

CREATE INDEX auth_revoked_tokens_expires_at ON auth_revoked_tokens (expires_at);

-- Create auth_refresh_families: logins that can be refreshed; nothing in a row is a credential.
CREATE TABLE auth_refresh_families (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    user_version INTEGER NOT NULL,
    counter INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    authenticated_at INTEGER NOT NULL,
    rotated_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
);

CREATE INDEX auth_refresh_families_user_id ON auth_refresh_families (user_id);

CREATE INDEX auth_refresh_families_expires_at ON auth_refresh_families (expires_at);

-- +goose Down

-- Undo: drop auth_refresh_families and every row in it.
DROP TABLE auth_refresh_families;

-- Undo: drop auth_revoked_tokens and every row in it.
DROP TABLE auth_revoked_tokens;

-- Undo: drop auth_api_keys and every row in it.
DROP TABLE auth_api_keys;

-- Undo: drop users and every row in it.
DROP TABLE users;
