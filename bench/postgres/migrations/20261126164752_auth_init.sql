-- Written by authgen from authgen.yaml. Do not edit: a changed spec adds a file.

-- +goose Up

-- Create users: accounts of people.
CREATE TABLE users (
    id uuid PRIMARY KEY,
    email text NOT NULL CONSTRAINT users_email_key UNIQUE,
    password_hash text,
    roles text NOT NULL,
    auth_version bigint NOT NULL DEFAULT 1,
    disabled_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

-- Create auth_api_keys: API keys, found by their hash.
CREATE TABLE auth_api_keys (
    id text PRIMARY KEY,
    key_hash bytea NOT NULL CONSTRAINT auth_api_keys_key_hash_key UNIQUE,
    owner_id uuid NOT NULL CONSTRAINT auth_api_keys_owner_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    name text NOT NULL,
    scopes text NOT NULL,
    last4 text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    rotated_at timestamptz,
    last_used_at timestamptz,
    last_used_addr text
);

CREATE INDEX auth_api_keys_owner_id ON auth_api_keys (owner_id);

CREATE INDEX auth_api_keys_expires_at ON auth_api_keys (expires_at);

-- Create auth_revoked_tokens: access tokens that ended before their time, by their id.
CREATE TABLE auth_revoked_tokens (
    id text PRIMARY KEY,
    expires_at timestamptz NOT NULL
);

CREATE INDEX auth_revoked_tokens_expires_at ON auth_revoked_tokens (expires_at);

-- Create auth_refresh_families: logins that can be refreshed; nothing in a row is a credential.
CREATE TABLE auth_refresh_families (
    id text PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT auth_refresh_families_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    user_version bigint NOT NULL,
    counter bigint NOT NULL,
    created_at timestamptz NOT NULL,
    authenticated_at timestamptz NOT NULL,
    rotated_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE INDEX auth_refresh_families_user_id ON auth_refresh_families (user_id);

CREATE INDEX auth_refresh_families_expires_at ON auth_refresh_families (expires_at);

-- Create auth_sessions: live sessions, found by the hash of their cookie.
CREATE TABLE auth_sessions (
    id text PRIMARY KEY,
    token_hash bytea NOT NULL CONSTRAINT auth_sessions_token_hash_key UNIQUE,
    user_id uuid NOT NULL CONSTRAINT auth_sessions_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    user_version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    authenticated_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    remembered boolean NOT NULL DEFAULT false,
    user_agent text NOT NULL,
    addr text NOT NULL
);

CREATE INDEX auth_sessions_user_id ON auth_sessions (user_id);

CREATE INDEX auth_sessions_expires_at ON auth_sessions (expires_at);

-- Create auth_used_values: what may be used once and was, by its hash.
CREATE TABLE auth_used_values (
    hash bytea PRIMARY KEY,
    expires_at timestamptz NOT NULL
);

CREATE INDEX auth_used_values_expires_at ON auth_used_values (expires_at);

-- Create auth_identities: which account at which provider is whose.
CREATE TABLE auth_identities (
    provider text NOT NULL,
    subject text NOT NULL,
    user_id uuid NOT NULL CONSTRAINT auth_identities_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    email text NOT NULL,
    created_at timestamptz NOT NULL,
    tokens bytea,
    PRIMARY KEY (provider, subject)
);

CREATE UNIQUE INDEX auth_identities_user_id ON auth_identities (user_id, provider);

-- Create auth_clients: machines that get tokens for themselves.
CREATE TABLE auth_clients (
    id text PRIMARY KEY,
    name text NOT NULL,
    scopes text NOT NULL,
    method text NOT NULL,
    secret_hash bytea,
    previous_hash bytea,
    previous_until timestamptz,
    jwks text NOT NULL,
    disabled_at timestamptz,
    created_at timestamptz NOT NULL
);

-- +goose Down

-- Undo: drop auth_clients and every row in it.
DROP TABLE auth_clients;

-- Undo: drop auth_identities and every row in it.
DROP TABLE auth_identities;

-- Undo: drop auth_used_values and every row in it.
DROP TABLE auth_used_values;

-- Undo: drop auth_sessions and every row in it.
DROP TABLE auth_sessions;

-- Undo: drop auth_refresh_families and every row in it.
DROP TABLE auth_refresh_families;

-- Undo: drop auth_revoked_tokens and every row in it.
DROP TABLE auth_revoked_tokens;

-- Undo: drop auth_api_keys and every row in it.
DROP TABLE auth_api_keys;

-- Undo: drop users and every row in it.
DROP TABLE users;
