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

-- +goose Down

-- Undo: drop users and every row in it.
DROP TABLE users;
