-- Written by authgen from authgen.yaml. Do not edit: a changed spec adds a file.

-- +goose Up

-- Create users: accounts of people.
CREATE TABLE users (
    id BIGINT NOT NULL AUTO_INCREMENT,
    email VARCHAR(255) NOT NULL,
    password_hash MEDIUMTEXT,
    roles MEDIUMTEXT NOT NULL,
    auth_version BIGINT NOT NULL DEFAULT 1,
    disabled_at DATETIME(6),
    created_at DATETIME(6) NOT NULL,
    updated_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE INDEX users_email_key (email)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Create auth_api_keys: API keys, found by their hash.
CREATE TABLE auth_api_keys (
    id VARCHAR(255) NOT NULL,
    key_hash VARBINARY(255) NOT NULL,
    owner_id BIGINT NOT NULL,
    name MEDIUMTEXT NOT NULL,
    scopes MEDIUMTEXT NOT NULL,
    last4 MEDIUMTEXT NOT NULL,
    created_at DATETIME(6) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    rotated_at DATETIME(6),
    last_used_at DATETIME(6),
    last_used_addr MEDIUMTEXT,
    PRIMARY KEY (id),
    UNIQUE INDEX auth_api_keys_key_hash_key (key_hash),
    INDEX auth_api_keys_owner_id (owner_id),
    INDEX auth_api_keys_expires_at (expires_at),
    CONSTRAINT auth_api_keys_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Create auth_revoked_tokens: access tokens that ended before their time, by their id.
CREATE TABLE auth_revoked_tokens (
    id VARCHAR(255) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    INDEX auth_revoked_tokens_expires_at (expires_at)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Create auth_refresh_families: logins that can be refreshed; nothing in a row is a credential.
CREATE TABLE auth_refresh_families (
    id VARCHAR(255) NOT NULL,
    user_id BIGINT NOT NULL,
    user_version BIGINT NOT NULL,
    counter BIGINT NOT NULL,
    created_at DATETIME(6) NOT NULL,
    authenticated_at DATETIME(6) NOT NULL,
    rotated_at DATETIME(6) NOT NULL,
    last_used_at DATETIME(6) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    INDEX auth_refresh_families_user_id (user_id),
    INDEX auth_refresh_families_expires_at (expires_at),
    CONSTRAINT auth_refresh_families_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Create auth_sessions: live sessions, found by the hash of their cookie.
CREATE TABLE auth_sessions (
    id VARCHAR(255) NOT NULL,
    token_hash VARBINARY(255) NOT NULL,
    user_id BIGINT NOT NULL,
    user_version BIGINT NOT NULL,
    created_at DATETIME(6) NOT NULL,
    authenticated_at DATETIME(6) NOT NULL,
    last_seen_at DATETIME(6) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    remembered BOOLEAN NOT NULL DEFAULT false,
    user_agent MEDIUMTEXT NOT NULL,
    addr MEDIUMTEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE INDEX auth_sessions_token_hash_key (token_hash),
    INDEX auth_sessions_user_id (user_id),
    INDEX auth_sessions_expires_at (expires_at),
    CONSTRAINT auth_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Create auth_used_values: what may be used once and was, by its hash.
CREATE TABLE auth_used_values (
    hash VARBINARY(255) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    PRIMARY KEY (hash),
    INDEX auth_used_values_expires_at (expires_at)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Create auth_identities: which account at which provider is whose.
CREATE TABLE auth_identities (
    provider VARCHAR(255) NOT NULL,
    subject VARCHAR(255) NOT NULL,
    user_id BIGINT NOT NULL,
    email MEDIUMTEXT NOT NULL,
    created_at DATETIME(6) NOT NULL,
    tokens MEDIUMBLOB,
    PRIMARY KEY (provider, subject),
    UNIQUE INDEX auth_identities_user_id (user_id, provider),
    CONSTRAINT auth_identities_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Create auth_clients: machines that get tokens for themselves.
CREATE TABLE auth_clients (
    id VARCHAR(255) NOT NULL,
    name MEDIUMTEXT NOT NULL,
    scopes MEDIUMTEXT NOT NULL,
    method MEDIUMTEXT NOT NULL,
    secret_hash MEDIUMBLOB,
    previous_hash MEDIUMBLOB,
    previous_until DATETIME(6),
    jwks MEDIUMTEXT NOT NULL,
    disabled_at DATETIME(6),
    created_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

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
